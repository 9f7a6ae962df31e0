using System.Net;
using ActorMail.Protocols.Mail;

namespace ActorMail.Actors.Policy;

/// <summary>Whose doings are counted, and which: either a network or an account.</summary>
internal readonly record struct RateKey(RateKind Kind, IPAddress? Network, MailboxName Account);
