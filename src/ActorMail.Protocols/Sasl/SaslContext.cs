namespace ActorMail.Protocols.Sasl;

/// <summary>What a login depends on besides what the client says.</summary>
/// <param name="EndPointBinding">
/// The <c>tls-server-end-point</c> data of the connection (RFC 5929 §4); empty where there is none.
/// </param>
/// <param name="OffersPlus">A mechanism with channel binding was offered: a client that knows one must use it.</param>
/// <param name="MakeNonce">Makes the server's part of a nonce, of printable ASCII without a comma.</param>
public sealed record SaslContext(ReadOnlyMemory<byte> EndPointBinding, bool OffersPlus, Func<string> MakeNonce);
