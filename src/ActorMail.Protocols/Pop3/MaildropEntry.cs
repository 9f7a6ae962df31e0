namespace ActorMail.Protocols.Pop3;

/// <summary>One message of a maildrop.</summary>
/// <param name="Uid">Rises from message to message; UIDL makes its unique id of it (RFC 1939 §7).</param>
/// <param name="Size">Octets as RETR sends them, before any dot is stuffed (RFC 1939 §11).</param>
/// <param name="MayNeedSurrogate">
/// Its header may be beyond ASCII: a client without UTF8 gets another one, and another size (RFC 6856 §2.1), which
/// is known only when somebody has looked.
/// </param>
public readonly record struct MaildropEntry(uint Uid, long Size, bool MayNeedSurrogate = false);
