namespace ActorMail.Protocols.Sasl;

/// <summary>
/// PLAIN (RFC 4616): <c>[authorization identity] NUL user NUL password</c>, in the initial response or as the answer
/// to an empty challenge, as Thunderbird has it.
/// </summary>
public sealed class PlainMechanism() : SaslMechanism("PLAIN")
{
    public override SaslExchange Begin(SaslContext context) => new Exchange();

    private sealed class Exchange : SaslExchange
    {
        private bool _isOver;

        public override SaslStep Start(ReadOnlyMemory<byte>? initial) =>
            initial is { } message ? Respond(message) : new SaslStep.Challenge(default);

        public override SaslStep Respond(ReadOnlyMemory<byte> response)
        {
            if (_isOver)
                return new SaslStep.Malformed("The login is over");

            _isOver = true;
            var message = response.Span;
            var first = message.IndexOf((byte)0);
            var last = message.LastIndexOf((byte)0);
            if (first == last || message[(first + 1)..last].Contains((byte)0))
                return new SaslStep.Malformed("PLAIN has two NULs");

            return PasswordLogin.Check(message[(first + 1)..last], message[(last + 1)..], message[..first]);
        }
    }
}
