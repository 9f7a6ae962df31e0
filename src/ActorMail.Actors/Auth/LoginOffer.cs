using System.Collections.Immutable;
using System.Net;
using ActorMail.Actors.Net;
using ActorMail.Protocols.Sasl;
using Akka.Actor;

namespace ActorMail.Actors.Auth;

/// <summary>
/// How one client may log in now: nothing at all where the connection could be listened to (RFC 8314 §4.1), and the
/// mechanisms that work on it otherwise. It changes when TLS begins.
/// </summary>
public sealed class LoginOffer
{
    /// <summary>Nothing.</summary>
    public static readonly LoginOffer None = new(new AuthOptions(), isOpen: false, default);

    private readonly AuthOptions _options;
    private readonly ReadOnlyMemory<byte> _binding;

    private LoginOffer(AuthOptions options, bool isOpen, ReadOnlyMemory<byte> binding)
    {
        (_options, IsOpen, _binding) = (options, isOpen, binding);
        Mechanisms = isOpen ? SaslMechanisms.OnOffer(options.Mechanisms, !options.IsOpen, !binding.IsEmpty) : [];
    }

    /// <summary>The names of <see cref="Mechanisms"/>.</summary>
    public ImmutableArray<string> Names => [.. Mechanisms.Select(mechanism => mechanism.Name)];

    /// <summary>True if passwords are taken on this connection.</summary>
    public bool IsOpen { get; }

    /// <summary>The strongest first; empty where none is offered.</summary>
    public ImmutableArray<SaslMechanism> Mechanisms { get; }

    public static LoginOffer On(Connection connection, AuthOptions options)
    {
        var isOpen = connection.Tls is not null || options.AllowPlaintext switch
        {
            PlaintextLogins.Everywhere => true,
            PlaintextLogins.Loopback => IPAddress.IsLoopback(connection.Remote.Address),
            _ => false,
        };
        return new LoginOffer(options, isOpen, connection.Tls?.EndPointBinding ?? default);
    }

    public bool Has(string mechanism) => Find(mechanism) is not null;

    /// <summary>Begins a login by a mechanism that is on offer.</summary>
    public SaslLogin Begin(string mechanism, IActorRef authenticator, IPAddress remote, IActorRef session)
    {
        var chosen = Find(mechanism) ?? throw new InvalidOperationException($"{mechanism} is not on offer.");
        var offersPlus = Mechanisms.Any(it => it.NeedsChannelBinding);
        var exchange = chosen.Begin(new SaslContext(_binding, offersPlus, _options.MakeNonce));
        return new SaslLogin(exchange, authenticator, remote, session);
    }

    private SaslMechanism? Find(string mechanism) =>
        Mechanisms.FirstOrDefault(it => it.Name.Equals(mechanism, StringComparison.OrdinalIgnoreCase));
}
