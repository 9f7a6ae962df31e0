using System.Text;

namespace ActorMail.Protocols.Sasl;

/// <summary>
/// LOGIN, which no RFC defines and older clients know alone: a name and a password, each asked for. It protects what
/// PLAIN protects. An initial response is the name.
/// </summary>
public sealed class LoginMechanism() : SaslMechanism("LOGIN")
{
    // The words of draft-murchison-sasl-login, by which some clients tell what is asked.
    private static readonly byte[] AskUser = Encoding.ASCII.GetBytes("Username:");
    private static readonly byte[] AskPassword = Encoding.ASCII.GetBytes("Password:");

    public override SaslExchange Begin(SaslContext context) => new Exchange();

    private sealed class Exchange : SaslExchange
    {
        private ReadOnlyMemory<byte>? _user;
        private bool _isOver;

        public override SaslStep Start(ReadOnlyMemory<byte>? initial) =>
            initial is { } user ? Respond(user) : new SaslStep.Challenge(AskUser);

        public override SaslStep Respond(ReadOnlyMemory<byte> response)
        {
            if (_isOver)
                return new SaslStep.Malformed("The login is over");

            if (_user is not { } user)
            {
                // The caller may use its buffer again before the password comes.
                _user = response.ToArray();
                return new SaslStep.Challenge(AskPassword);
            }

            _isOver = true;
            return PasswordLogin.Check(user.Span, response.Span, default);
        }
    }
}
