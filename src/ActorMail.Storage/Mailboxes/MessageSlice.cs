using ActorMail.Protocols.Wire;
using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The stored octets of a message as a part of a file that never changes there again. Bodies do not travel between
/// actors: who was given a slice reads the file. It is valid as long as its reader holds the mailbox's lock.
/// </summary>
public sealed record MessageSlice(SafeFileHandle File, long Offset, long Length, long WireLength, BodyTraits Traits);
