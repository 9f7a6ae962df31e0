using System.Globalization;
using System.Text;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Bench.Store;

/// <summary>A mail of a given size as it is stored, without what the server puts in front of it.</summary>
internal sealed class Letter(int size)
{
    private const string Line = "The quick brown fox jumps over the lazy dog, and over the next one as well.\n";

    private static readonly byte[] s_header = Encoding.ASCII.GetBytes(
        "From: <sender@example.net>\nTo: <user@example.org>\nSubject: A message of the benchmark\n"
        + "Date: Tue, 24 Nov 2026 00:00:00 +0000\nX-Bench-Id: 0000000000\n\n");

    private static readonly byte[] s_prefix = Encoding.ASCII.GetBytes(
        "Return-Path: <sender@example.net>\nReceived: from bench.example (localhost [127.0.0.1])\n"
        + "\tby mail.example.org with ESMTP; Tue, 24 Nov 2026 00:00:00 +0000\n");

    private static readonly DateTimeOffset s_receivedAt = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    private readonly byte[] _octets = Make(size);

    /// <summary>
    /// What the journal writes beside the body: the header of the record (40), the place in the mailbox (4 + 8 + 20
    /// for the name + 8 + 96 + 8), the <c>From </c> line (54) and our trace fields.
    /// </summary>
    public static int RecordOverhead => 40 + 12 + 20 + 8 + 96 + 8 + 54 + s_prefix.Length;

    /// <summary>Another number in each, so that no two are the same.</summary>
    public byte[] Numbered(int number)
    {
        Encoding.ASCII.GetBytes(
            number.ToString("D10", CultureInfo.InvariantCulture), _octets.AsSpan(s_header.Length - 12));
        return _octets;
    }

    public MessageDraft Draft(MailStore store)
    {
        using var writer = store.CreateBody();
        var rest = _octets.AsSpan();
        while (rest.Length > 0)
        {
            var room = writer.GetSpan();
            var piece = rest[..Math.Min(rest.Length, room.Length)];
            piece.CopyTo(room);
            writer.Advance(piece.Length);
            rest = rest[piece.Length..];
        }

        var body = writer.Complete(_octets.Length + _octets.Count((byte)'\n'), s_header.Length, default);
        return new MessageDraft("sender@example.net", s_prefix, body, s_receivedAt);
    }

    /// <summary>What a session has parsed already when it delivers.</summary>
    private static readonly MailboxName[] s_mailboxes = [.. Enumerable.Range(0, 1000).Select(NameOf)];

    public static MailboxName MailboxOf(int number) =>
        number < s_mailboxes.Length ? s_mailboxes[number] : NameOf(number);

    private static MailboxName NameOf(int number) =>
        Named(string.Create(CultureInfo.InvariantCulture, $"user{number}@example.org"));

    public static MailboxName Named(string value) => MailboxName.TryFromValue(value, out var name)
        ? name
        : throw new ArgumentException($"{value} is no mailbox");

    private static byte[] Make(int size)
    {
        var octets = new byte[Math.Max(size, s_header.Length + 1)];
        s_header.CopyTo(octets, 0);
        var line = Encoding.ASCII.GetBytes(Line);
        for (var at = s_header.Length; at < octets.Length; at += line.Length)
            line.AsSpan(0, Math.Min(line.Length, octets.Length - at)).CopyTo(octets.AsSpan(at));
        octets[^1] = (byte)'\n';
        return octets;
    }
}
