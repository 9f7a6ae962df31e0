namespace ActorMail.Protocols.Pop3;

/// <summary>
/// One message of a maildrop: <paramref name="UniqueId"/> as UIDL tells it (RFC 1939 §7), <paramref name="Size"/> in
/// octets as RETR sends them, before any dot is stuffed (RFC 1939 §11).
/// </summary>
public readonly record struct MaildropEntry(uint Uid, string UniqueId, long Size);
