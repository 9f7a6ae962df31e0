using System.Collections.Immutable;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;

namespace ActorMail.Actors.Auth;

/// <summary>Makes the keys of a password for SCRAM, one for each salt, on other threads: it takes its time.</summary>
public delegate Task<ImmutableArray<ScramKeys>> KeyDerivation(
    Secret password, ImmutableArray<(ScramHash Hash, ScramSalt Salt)> salts);
