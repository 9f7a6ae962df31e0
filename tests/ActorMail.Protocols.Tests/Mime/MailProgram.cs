using MimeKit;

namespace ActorMail.Protocols.Tests.Mime;

/// <summary>A mail program that knows ASCII headers: what it makes of a surrogate.</summary>
internal static class MailProgram
{
    public static MimeMessage Read(string header)
    {
        using var stream = new MemoryStream(Surrogate.Of(header + "\n\nx\n").Octets);
        return MimeMessage.Load(stream);
    }
}
