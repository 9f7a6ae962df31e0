using System.Text;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;
using CsCheck;

namespace ActorMail.Protocols.Tests.Sasl;

/// <summary>The one account of these tests, and what a session does with steps.</summary>
internal static class SaslTesting
{
    public const string User = "user";

    public const string Password = "pencil";

    public static readonly byte[] Binding = [1, 2, 3, 0, 255, (byte)','];

    public static readonly SaslContext NoBinding = new(default, OffersPlus: false, () => "server-nonce");

    public static readonly SaslContext WithBinding = new(Binding, OffersPlus: true, () => "server-nonce");

    public static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(it => values[it]);

    public static byte[] Octets(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(ReadOnlyMemory<byte> octets) => Encoding.UTF8.GetString(octets.Span);

    public static SaslMechanism Mechanism(string name) => SaslMechanisms.Find(name)!;

    public static SaslExchange Begin(string name, SaslContext? context = null) =>
        Mechanism(name).Begin(context ?? (name.EndsWith("-PLUS", StringComparison.Ordinal) ? WithBinding : NoBinding));

    public static string ChallengeOf(SaslStep step) => Text(Assert.IsType<SaslStep.Challenge>(step).Data);

    public static void AssertFailedLogin(SaslStep step) =>
        Assert.Equal(new SaslStep.CheckPassword("", new Secret(""), null), step);

    /// <summary>Answers what the accounts would, as they know <see cref="User"/> alone.</summary>
    public static SaslStep Settle(SaslExchange exchange, SaslStep step, Func<ScramHash, ScramKeys> keys)
    {
        while (true)
        {
            switch (step)
            {
                case SaslStep.FindSalt(_, var hash):
                    step = exchange.TakeSalt(keys(hash).Salt);
                    break;
                case SaslStep.CheckProof(User, var proof, null or User)
                    when keys(proof.Hash).Verify(proof) is { } signature:
                    step = exchange.Confirm(signature);
                    break;
                case SaslStep.CheckPassword(User, { Value: Password }, null or User):
                    step = exchange.Confirm(default);
                    break;
                case SaslStep.CheckProof or SaslStep.CheckPassword:
                    return SaslStep.Refused.Instance;
                default:
                    return step;
            }
        }
    }

    /// <summary>All of a login: the answers are sent in turn, whatever the server says to them.</summary>
    public static SaslStep Play(SaslExchange exchange, IEnumerable<byte[]> answers, Func<ScramHash, ScramKeys> keys)
    {
        SaslStep? step = null;
        foreach (var answer in answers)
        {
            step = Settle(exchange, step is null ? exchange.Start(answer) : exchange.Respond(answer), keys);
            if (step is not SaslStep.Challenge)
                break;
        }

        return step!;
    }

    /// <summary>Each answer with one octet less, one octet changed, or cut.</summary>
    public static IEnumerable<byte[]> Spoilt(byte[] answer)
    {
        for (var i = 0; i < answer.Length; i++)
        {
            yield return answer[..i];
            yield return [.. answer[..i], .. answer[(i + 1)..]];
            foreach (var octet in (byte[])[0, 10, 13, (byte)',', (byte)'=', (byte)' ', 127, 128, 255, (byte)'a'])
            {
                yield return [.. answer[..i], octet, .. answer[i..]];
                if (answer[i] != octet)
                    yield return [.. answer[..i], octet, .. answer[(i + 1)..]];
            }

            for (var bit = 0; bit < 8; bit++)
                yield return [.. answer[..i], (byte)(answer[i] ^ (1 << bit)), .. answer[(i + 1)..]];
        }
    }
}
