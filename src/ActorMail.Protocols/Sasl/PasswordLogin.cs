using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Sasl;

/// <summary>The question to the accounts in which every mechanism with a password ends.</summary>
internal static class PasswordLogin
{
    /// <summary>
    /// What cannot be a name, a password or an authorization identity is asked as the empty user's, who does not
    /// exist: it costs what a wrong password costs, and is answered alike.
    /// </summary>
    public static SaslStep.CheckPassword Check(
        ReadOnlySpan<byte> user, ReadOnlySpan<byte> password, ReadOnlySpan<byte> authorizationId)
    {
        string? other = null;
        var isLogin = UserName.TryPrepare(user, out var name)
            & TryPreparePassword(password, out var secret)
            & (authorizationId.IsEmpty || UserName.TryPrepare(authorizationId, out other));
        return isLogin
            ? new SaslStep.CheckPassword(name!, secret, other)
            : new SaslStep.CheckPassword("", new Secret(""), null);
    }

    private static bool TryPreparePassword(ReadOnlySpan<byte> octets, out Secret secret)
    {
        secret = default;
        return octets.Length <= OpaqueString.MaxLength && SaslUtf8.TryDecode(octets, out var text)
            && OpaqueString.TryPrepare(new Secret(text), out secret);
    }
}
