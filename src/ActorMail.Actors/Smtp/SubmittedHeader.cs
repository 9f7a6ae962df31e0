using System.Buffers;
using System.Collections.Immutable;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Mime;
using ActorMail.Protocols.Smtp;

namespace ActorMail.Actors.Smtp;

/// <summary>
/// The header of a message that its writer hands in: kept while it comes in, then looked at (RFC 6409 §6.1, §8). A
/// message from another server is left alone.
/// </summary>
internal sealed class SubmittedHeader(int maxLength)
{
    private readonly ArrayBufferWriter<byte> _octets = new();
    private bool _isRaw;

    /// <summary>Takes what comes of the message, as long as it may be header.</summary>
    public void Add(ReadOnlySpan<byte> octets)
    {
        var room = maxLength + 1 - _octets.WrittenCount;
        if (room > 0)
            _octets.Write(octets[..Math.Min(room, octets.Length)]);
    }

    /// <summary>What came so far is stored with CRLF after all, and what follows as it comes.</summary>
    public void AddReturns()
    {
        _isRaw = true;
        var text = _octets.WrittenSpan.ToArray();
        _octets.ResetWrittenCount();
        foreach (var line in text.AsSpan().Split((byte)'\n'))
        {
            Add(text.AsSpan(line));
            if (line.End.Value < text.Length)
                Add("\r\n"u8);
        }
    }

    /// <summary>
    /// Why the message is not taken of this user; null if it is, and then <paramref name="missing"/> are the fields
    /// that it should have had.
    /// </summary>
    public SmtpReply? Check(
        long headerLength, SmtpSettings settings, LoginIdentity identity, TraceInfo trace,
        out ImmutableArray<string> missing)
    {
        missing = [];
        if (headerLength > maxLength)
            return SmtpReplies.HeaderTooLarge(settings);

        var header = _octets.WrittenSpan[..(int)Math.Min(headerLength, _octets.WrittenCount)];
        var fields = HeaderFields.Read(header, _isRaw);
        if (!fields.HasDate)
            missing = missing.Add($"Date: {TraceFields.Format(trace.Date)}");
        if (!fields.HasMessageId)
            missing = missing.Add($"Message-ID: <{trace.Id}@{settings.DomainOfIds}>");
        return settings.MaySend is { } maySend ? Refuse(fields, settings, identity, maySend) : null;
    }

    private static SmtpReply? Refuse(
        HeaderFields fields, SmtpSettings settings, LoginIdentity identity,
        Func<LoginIdentity, MailAddress, bool> maySend)
    {
        if (fields.FromCount > 1)
            return SmtpReplies.NotYourMessage(settings, "The message has more than one From field");
        if (fields.HasUnreadableAuthor)
            return SmtpReplies.NotYourMessage(settings, "An address in From or Sender cannot be read");

        return fields.Authors.FirstOrDefault(author => !maySend(identity, author)) is { } other
            ? SmtpReplies.NotYourMessage(
                settings, $"From or Sender has <{other}>, which is not an address of {identity}")
            : null;
    }
}
