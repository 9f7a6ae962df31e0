using System.Security.Cryptography;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;
using ActorMail.Tests;
using CsCheck;
using static ActorMail.Protocols.Tests.Sasl.SaslTesting;

namespace ActorMail.Protocols.Tests.Sasl;

public sealed class ScramTests
{
    private static readonly ScramSalt Salt = new(Convert.FromBase64String("QSXCR+Q6sek8bf92"), 4096);

    private static readonly Dictionary<ScramHash, ScramKeys> AllKeys = new[] { ScramHash.Sha1, ScramHash.Sha256 }
        .ToDictionary(hash => hash, hash => ScramKeys.Derive(hash, new Secret(Password), Salt));

    public static TheoryData<string, string> Mechanisms => new()
    {
        { "SCRAM-SHA-1", "n,," }, { "SCRAM-SHA-256", "n,," }, { "SCRAM-SHA-256", "y,," },
        { "SCRAM-SHA-256", "n,a=user," }, { "SCRAM-SHA-256-PLUS", "p=tls-server-end-point,," },
        { "SCRAM-SHA-256-PLUS", "p=tls-server-end-point,a=user," },
    };

    [Theory]
    [InlineData("SCRAM-SHA-1", "QSXCR+Q6sek8bf92", "fyko+d2lbbFgONRv9qkxdawL", "3rfcNHYJY1ZVvWVs7j",
        "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", "rmF9pqV8S7suAoZWja4dJRkFsKQ=")] // RFC 5802 §5
    [InlineData("SCRAM-SHA-256", "W22ZaJ0SNY7soEsUEjb6gQ==", "rOprNGfwEbeRWgbNEkqO", "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
        "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")] // RFC 7677 §3
    public void The_examples_of_the_rfcs_are_played_to_the_octet(
        string name, string salt, string clientNonce, string serverNonce, string proof, string signature)
    {
        var hash = name == "SCRAM-SHA-1" ? ScramHash.Sha1 : ScramHash.Sha256;
        var keys = ScramKeys.Derive(
            hash, new Secret("pencil"), new ScramSalt(Convert.FromBase64String(salt), 4096));
        var exchange = Begin(name, NoBinding with { MakeNonce = () => serverNonce });

        Assert.Equal("", ChallengeOf(exchange.Start(null)));
        var asked = Assert.IsType<SaslStep.FindSalt>(exchange.Respond(Octets($"n,,n=user,r={clientNonce}")));
        Assert.Equal(("user", hash), (asked.User, asked.Hash));
        Assert.Equal($"r={clientNonce}{serverNonce},s={salt},i=4096", ChallengeOf(exchange.TakeSalt(keys.Salt)));
        var check = Assert.IsType<SaslStep.CheckProof>(
            exchange.Respond(Octets($"c=biws,r={clientNonce}{serverNonce},p={proof}")));
        Assert.Equal(("user", null), (check.User, check.AuthorizationId));
        Assert.Equal("v=" + signature, ChallengeOf(exchange.Confirm(keys.Verify(check.Proof)!)));
        Assert.IsType<SaslStep.Accepted>(exchange.Respond(default));
    }

    [Theory]
    [MemberData(nameof(Mechanisms))]
    public void Both_ends_come_to_the_same(string name, string header)
    {
        var (exchange, client) = (Begin(name), Client(name, header));

        var serverFirst = Settle(exchange, exchange.Start(client.First()), hash => AllKeys[hash]);
        var final = client.Final(Assert.IsType<SaslStep.Challenge>(serverFirst).Data, ",x=an extension,Y==");
        Assert.Equal(client.Signature(), ChallengeOf(Settle(exchange, exchange.Respond(final), hash => AllKeys[hash])));
        Assert.IsType<SaslStep.Accepted>(exchange.Respond(default));
        Assert.IsType<SaslStep.Malformed>(exchange.Respond(default));
    }

    [Theory]
    [MemberData(nameof(Mechanisms))]
    public void A_wrong_password_is_refused(string name, string header)
    {
        var (exchange, client) = (Begin(name), Client(name, header, password: "Pencil"));

        var serverFirst = Settle(exchange, exchange.Start(client.First()), hash => AllKeys[hash]);
        var final = client.Final(Assert.IsType<SaslStep.Challenge>(serverFirst).Data);
        Assert.IsType<SaslStep.Refused>(Settle(exchange, exchange.Respond(final), hash => AllKeys[hash]));
    }

    [Theory]
    [Requirement("A6")]
    [MemberData(nameof(Mechanisms))]
    public void No_cut_and_no_change_of_an_octet_logs_in(string name, string header)
    {
        var client = Client(name, header);
        var good = Begin(name);
        var serverFirst = Settle(good, good.Start(client.First()), hash => AllKeys[hash]);
        byte[][] answers = [client.First(), client.Final(Assert.IsType<SaslStep.Challenge>(serverFirst).Data), []];
        Assert.IsType<SaslStep.Accepted>(Play(Begin(name), answers, hash => AllKeys[hash]));

        for (var i = 0; i < 2; i++)
        {
            foreach (var spoilt in Spoilt(answers[i]))
            {
                byte[][] played = [.. answers[..i], spoilt, .. answers[(i + 1)..]];
                var end = Play(Begin(name), played, hash => AllKeys[hash]);
                Assert.True(end is SaslStep.Malformed or SaslStep.Refused, $"{end}: {Text(spoilt)}");
            }
        }

        Assert.IsType<SaslStep.Malformed>(
            Play(Begin(name), [answers[0], answers[1], "x"u8.ToArray()], hash => AllKeys[hash]));
    }

    [Theory]
    [Requirement("A6")]
    [InlineData("")]
    [InlineData("n")]
    [InlineData("n,")]
    [InlineData("n,,")]
    [InlineData(",,n=user,r=x")]
    [InlineData("N,,n=user,r=x")]
    [InlineData("nn,,n=user,r=x")]
    [InlineData("n,user,n=user,r=x")]
    [InlineData("n,a=us=er,n=user,r=x")]
    [InlineData("n,,n=user")]
    [InlineData("n,,n=user,r=")]
    [InlineData("n,,n=user,r=x y")]
    [InlineData("n,,n=user,r=x\0")]
    [InlineData("n,,n=user,r=\u00fc")]
    [InlineData("n,,r=x,n=user")]
    [InlineData("n,,u=user,r=x")]
    [InlineData("n,,n=us=er,r=x")]
    [InlineData("n,,n=user=,r=x")]
    [InlineData("n,,n=user=2c,r=x")]
    [InlineData("n,,n=user=4,r=x")]
    [InlineData("n,,m=must,n=user,r=x")]
    [InlineData("n,,n=user,r=x,m=must")]
    [InlineData("n,,n=user,r=x,")]
    [InlineData("n,,n=user,r=x,x")]
    [InlineData("n,,n=user,r=x,x=")]
    [InlineData("n,,n=user,r=x,1=y")]
    [InlineData("p=tls-server-end-point,,n=user,r=x")]
    public void A_first_message_without_grammar_is_malformed(string message) =>
        Assert.IsType<SaslStep.Malformed>(Begin("SCRAM-SHA-256").Start(Octets(message)));

    [Theory]
    [InlineData("n,,n=user,r=x")]
    [InlineData("p=tls-unique,,n=user,r=x")]
    [InlineData("p=tls-exporter,,n=user,r=x")]
    [InlineData("p=,,n=user,r=x")]
    [InlineData("p=TLS-SERVER-END-POINT,,n=user,r=x")]
    [InlineData("p,,n=user,r=x")]
    public void The_plus_mechanism_takes_its_own_channel_binding_only(string message) =>
        Assert.IsType<SaslStep.Malformed>(Begin("SCRAM-SHA-256-PLUS").Start(Octets(message)));

    [Fact]
    public void The_plus_mechanism_does_nothing_without_a_channel() => Assert.IsType<SaslStep.Malformed>(
        Begin("SCRAM-SHA-256-PLUS", NoBinding).Start(Octets("p=tls-server-end-point,,n=user,r=x")));

    [Theory]
    [InlineData("SCRAM-SHA-1")]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-256-PLUS")]
    public void A_client_that_was_not_shown_the_plus_mechanism_is_refused(string name) =>
        Assert.IsType<SaslStep.Refused>(Begin(name, WithBinding).Start(Octets("y,,n=user,r=x")));

    [Fact]
    public void A_client_without_channel_binding_logs_in_where_plus_is_offered()
    {
        var (exchange, client) = (Begin("SCRAM-SHA-256", WithBinding), Client("SCRAM-SHA-256", "n,,"));
        var serverFirst = Settle(exchange, exchange.Start(client.First()), hash => AllKeys[hash]);
        var final = client.Final(Assert.IsType<SaslStep.Challenge>(serverFirst).Data);
        Assert.IsType<SaslStep.Challenge>(Settle(exchange, exchange.Respond(final), hash => AllKeys[hash]));
    }

    /// <summary>Somebody in between has another certificate, and all the rest is right.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_binding_of_another_channel_is_refused(bool isEmpty)
    {
        byte[] other = isEmpty ? [] : [1, 2, 3, 0, 254, (byte)','];
        var client = new ScramClient(
            HashAlgorithmName.SHA256, User, Password, "p=tls-server-end-point,,", other);
        var exchange = Begin("SCRAM-SHA-256-PLUS");
        var serverFirst = Settle(exchange, exchange.Start(client.First()), hash => AllKeys[hash]);
        Assert.IsType<SaslStep.Refused>(
            exchange.Respond(client.Final(Assert.IsType<SaslStep.Challenge>(serverFirst).Data)));
    }

    [Theory]
    [InlineData("c=biws,r=client-nonceserver-noncE,p=")]
    [InlineData("c=biws,r=client-nonce,p=")]
    [InlineData("c=eSws,r=client-nonceserver-nonce,p=")]
    [InlineData("c=,r=client-nonceserver-nonce,p=")]
    [InlineData("c=biwsAA==,r=client-nonceserver-nonce,p=")]
    public void Another_nonce_or_another_header_is_refused(string start) =>
        Assert.IsType<SaslStep.Refused>(AtFinal().Respond(Octets(start + Convert.ToBase64String(new byte[32]))));

    [Theory]
    [Requirement("A6")]
    [InlineData("")]
    [InlineData("p=")]
    [InlineData("c=biws,r=client-nonceserver-nonce")]
    [InlineData("c=biws,r=client-nonceserver-nonce,p=")]
    [InlineData("c=biws,r=client-nonceserver-nonce,p=AAAA")]
    [InlineData("c=biws,r=client-nonceserver-nonce,P={0}")]
    [InlineData("c=biws,r=client-nonceserver-nonce,p={0},x=y")]
    [InlineData("c=biws,r=client-nonceserver-nonce,p= {0}")]
    [InlineData("c=biws,r=client-nonceserver-nonce,m=must,p={0}")]
    [InlineData("c=biw,r=client-nonceserver-nonce,p={0}")]
    [InlineData("r=client-nonceserver-nonce,c=biws,p={0}")]
    [InlineData("c=biws,p={0}")]
    [InlineData("c=biws,,r=client-nonceserver-nonce,p={0}")]
    public void A_final_message_without_grammar_is_malformed(string message) =>
        Assert.IsType<SaslStep.Malformed>(AtFinal().Respond(Octets(
            message.Replace("{0}", Convert.ToBase64String(new byte[32]), StringComparison.Ordinal))));

    [Theory]
    [InlineData("n=a=2Cb=3Dc", "a,b=c")]
    [InlineData("n==3D2C", "=2C")]
    [InlineData("n=bob@example.org", "bob@example.org")]
    [InlineData("n=\uff42ob", "bob")]
    public void A_name_is_decoded_and_prepared(string name, string user) =>
        Assert.Equal(new SaslStep.FindSalt(user, ScramHash.Sha256),
            Begin("SCRAM-SHA-256").Start(Octets($"n,,{name},r=x")));

    [Theory]
    [Requirement("A5")]
    [InlineData("n,,n=,r=x")]
    [InlineData("n,,n=a\0b,r=x")]
    [InlineData("n,,n=a\r\nb,r=x")]
    [InlineData("n,,n=\u202euser,r=x")]
    public void A_name_that_nobody_can_have_goes_the_way_of_a_wrong_password(string message)
    {
        var exchange = Begin("SCRAM-SHA-256");

        var step = exchange.Start(Octets(message));

        Assert.Equal(new SaslStep.FindSalt("", ScramHash.Sha256), step);
        ChallengeOf(exchange.TakeSalt(Salt));
        var final = exchange.Respond(
            Octets($"c=biws,r=xserver-nonce,p={Convert.ToBase64String(new byte[32])}"));
        Assert.Equal("", Assert.IsType<SaslStep.CheckProof>(final).User);
    }

    [Fact]
    [Requirement("A5")]
    public void A_name_of_no_utf8_or_of_20_kB_goes_the_way_of_a_wrong_password()
    {
        foreach (var name in new byte[][] { [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], Octets(new string('x', 20_000)) })
        {
            byte[] message = [.. "n,,n="u8, .. name, .. ",r=x"u8];
            Assert.Equal(new SaslStep.FindSalt("", ScramHash.Sha256), Begin("SCRAM-SHA-256").Start(message));
        }
    }

    [Theory]
    [Requirement("R4954-4-n", "A7")]
    [InlineData("n,a=,")]
    [InlineData("n,a=\u202euser,")]
    [InlineData("n,a=us\0er,")]
    public void An_authorization_identity_that_cannot_be_prepared_fails_the_login(string header) =>
        Assert.Equal(new SaslStep.FindSalt("", ScramHash.Sha256),
            Begin("SCRAM-SHA-256").Start(Octets(header + "n=user,r=x")));

    [Fact]
    [Requirement("A7")]
    public void Another_authorization_identity_is_handed_to_the_accounts_with_the_proof()
    {
        var (exchange, client) = (Begin("SCRAM-SHA-256"), Client("SCRAM-SHA-256", "n,a=al=2Cice,"));
        var serverFirst = Settle(exchange, exchange.Start(client.First()), hash => AllKeys[hash]);
        var check = Assert.IsType<SaslStep.CheckProof>(
            exchange.Respond(client.Final(Assert.IsType<SaslStep.Challenge>(serverFirst).Data)));

        Assert.Equal(("user", "al,ice"), (check.User, check.AuthorizationId));
        Assert.NotNull(AllKeys[ScramHash.Sha256].Verify(check.Proof));
    }

    [Fact]
    [Requirement("A5", "A6")]
    public void Whatever_octets_come_there_is_a_step_and_no_login() =>
        Gen.Select(OneOf("SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"),
            Gen.Frequency((1, Gen.Byte), (3, OneOf([.. "n,a=r,cmp=y"u8]))).Array[0, 40].Array[1, 4])
            .Sample((name, answers) =>
                Play(Begin(name), answers, hash => AllKeys[hash]) is not SaslStep.Accepted, iter: 20_000);

    /// <summary>Keys are made of the prepared password; the client's keyboard sent the other form.</summary>
    [Fact]
    public void A_password_is_the_same_in_every_unicode_form()
    {
        var keys = ScramKeys.Derive(ScramHash.Sha256, new Secret("Gru\u0308\u00dfe"), Salt);
        var client = new ScramClient(HashAlgorithmName.SHA256, User, "Gr\u00fc\u00dfe");
        var exchange = Begin("SCRAM-SHA-256");
        var serverFirst = Settle(exchange, exchange.Start(client.First()), _ => keys);
        var final = client.Final(Assert.IsType<SaslStep.Challenge>(serverFirst).Data);
        Assert.Equal(client.Signature(), ChallengeOf(Settle(exchange, exchange.Respond(final), _ => keys)));
    }

    private static SaslExchange AtFinal()
    {
        var exchange = Begin("SCRAM-SHA-256");
        ChallengeOf(Settle(exchange, exchange.Start(Octets("n,,n=user,r=client-nonce")), hash => AllKeys[hash]));
        return exchange;
    }

    private static ScramClient Client(string name, string header, string password = Password) => new(
        name == "SCRAM-SHA-1" ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256, User, password, header,
        header.StartsWith('p') ? Binding : null);
}
