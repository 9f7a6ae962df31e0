using System.Text;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Actors.Tests;

/// <summary>Messages on their way into a store.</summary>
internal static class Drafts
{
    /// <param name="store">The store.</param>
    /// <param name="stored">The message as the mailbox file will have it.</param>
    public static MessageDraft Draft(this MailStore store, string stored)
    {
        using var writer = store.CreateBody();
        var octets = Encoding.Latin1.GetBytes(stored);
        octets.CopyTo(writer.GetSpan(octets.Length));
        writer.Advance(octets.Length);
        var wireLength = octets.Length + stored.Count(character => character == '\n');
        var header = stored.IndexOf("\n\n", StringComparison.Ordinal);
        var body = writer.Complete(wireLength, header < 0 ? 0 : header + 2, default);
        return new MessageDraft("carroll@example.net", default, body, new FixedTime().GetUtcNow());
    }
}
