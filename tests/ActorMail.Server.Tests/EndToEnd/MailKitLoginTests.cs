using ActorMail.Tests;
using MailKit;
using MailKit.Net.Pop3;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>
/// MailKit over TLS by each mechanism: the client with SCRAM and channel binding. It trusts the certificate that the
/// server made at its first start, and nothing else.
/// </summary>
public sealed class MailKitLoginTests(MailKitLoginTests.AccountServer fixture)
    : IClassFixture<MailKitLoginTests.AccountServer>
{
    private const string Bob = "bob@example.org";
    private const string Password = "correct horse % bättery";

    public static TheoryData<string, SecureSocketOptions> Ways
    {
        get
        {
            var data = new TheoryData<string, SecureSocketOptions>();
            foreach (var mechanism in new[] { "PLAIN", "LOGIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS" })
            {
                data.Add(mechanism, SecureSocketOptions.StartTls);
                data.Add(mechanism, SecureSocketOptions.SslOnConnect);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Ways))]
    [Requirement("R4954-4-l", "R8314-3.3-a", "R8314-3.1-a", "R2595-4-a", "R5034-4-h", "R5034-4-g", "R3")]
    public async Task It_sends_and_fetches_by_each_mechanism(string mechanism, SecureSocketOptions security)
    {
        var subject = $"{mechanism} {security}";
        using (var sender = await ConnectAsync(new SmtpClient(), "submission", security))
        {
            await sender.AuthenticateAsync(Login(mechanism, Password));
            await sender.SendAsync(Compose(subject));
            await sender.DisconnectAsync(quit: true);
        }

        using var reader = await ConnectAsync(new Pop3Client(), "pop3", security);
        await reader.AuthenticateAsync(Login(mechanism, Password));
        var message = await reader.GetMessageAsync(reader.Count - 1);
        await reader.DisconnectAsync(quit: true);

        Assert.Equal(subject, message.Subject);
        Assert.Contains(" with ESMTPSA ", message.Headers[HeaderId.Received]);
    }

    [Theory, MemberData(nameof(Ways))]
    [Requirement("A2", "R4954-4-j", "R5034-4-g")]
    public async Task A_wrong_password_is_refused_by_each_mechanism(string mechanism, SecureSocketOptions security)
    {
        using var sender = await ConnectAsync(new SmtpClient(), "submission", security);
        await Assert.ThrowsAsync<AuthenticationException>(() => sender.AuthenticateAsync(Login(mechanism, "wrong")));
        var refused = await Assert.ThrowsAsync<ServiceNotAuthenticatedException>(() => sender.SendAsync(Compose("x")));
        using var reader = await ConnectAsync(new Pop3Client(), "pop3", security);
        await Assert.ThrowsAsync<AuthenticationException>(() => reader.AuthenticateAsync(Login(mechanism, "wrong")));

        Assert.Contains("5.7.0", refused.Message);
        await sender.DisconnectAsync(quit: true);
    }

    private static SaslMechanism Login(string mechanism, string password) => mechanism switch
    {
        "PLAIN" => new SaslMechanismPlain(Bob, password),
        "LOGIN" => new SaslMechanismLogin(Bob, password),
        "SCRAM-SHA-1" => new SaslMechanismScramSha1(Bob, password),
        "SCRAM-SHA-256" => new SaslMechanismScramSha256(Bob, password),
        _ => new SaslMechanismScramSha256Plus(Bob, password),
    };

    private static MimeMessage Compose(string subject)
    {
        var message = new MimeMessage { Subject = subject, Body = new TextPart("plain") { Text = "x" } };
        message.From.Add(MailboxAddress.Parse(Bob));
        message.To.Add(MailboxAddress.Parse(Bob));
        return message;
    }

    private async Task<TClient> ConnectAsync<TClient>(TClient client, string listener, SecureSocketOptions security)
        where TClient : MailService
    {
        await fixture.ConnectAsync(client, listener, security);
        Assert.True(client.IsSecure);
        return client;
    }

    /// <summary>One with every listener that takes a login.</summary>
    public sealed class AccountServer() : AccountFixture(
        [Bob], Password,
        ["submission.listen=127.0.0.1:0", "submissions.listen=127.0.0.1:0", "pop3s.listen=127.0.0.1:0"], listeners: 5);
}
