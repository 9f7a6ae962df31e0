using System.Globalization;

namespace ActorMail.Storage.Mailboxes.Transfer;

/// <summary>
/// Writes a mailbox as it was at one moment into a file or folder of its own. A server may run meanwhile: what it adds
/// is not in the export, and what it deletes is.
/// </summary>
public static class MailboxExport
{
    private const int BufferSize = 256 * 1024;

    /// <summary>Makes the export, or nothing. What fails is an <see cref="IOException"/>.</summary>
    /// <param name="reader">The mailbox.</param>
    /// <param name="path">Where the export goes.</param>
    /// <param name="format">What it is.</param>
    /// <param name="mayReplace">An earlier export may be there.</param>
    /// <param name="progress">Hears how many messages are written.</param>
    /// <param name="cancellation">Ends it behind a message.</param>
    public static ExportOutcome Run(
        MailboxReader reader, string path, ExportFormat format, bool mayReplace, Action<int> progress,
        CancellationToken cancellation)
    {
        using var target = new ExportTarget(path, format, mayReplace);
        var export = new Export(reader, progress, cancellation);
        if (format is ExportFormat.Mbox)
        {
            using var file = target.Open();
            export.WriteMbox(octets => file.Write(octets, export.Written));
            file.Flush();
        }
        else
        {
            export.WriteFiles(target, format);
        }

        target.Finish();
        return export.Outcome;
    }

    /// <summary>Writes an mbox file to a stream.</summary>
    public static ExportOutcome Run(
        MailboxReader reader, Stream stream, Action<int> progress, CancellationToken cancellation)
    {
        var export = new Export(reader, progress, cancellation);
        export.WriteMbox(stream.Write);
        stream.Flush();
        return export.Outcome;
    }

    private sealed class Export(MailboxReader reader, Action<int> progress, CancellationToken cancellation)
    {
        private readonly byte[] _buffer = new byte[BufferSize];
        private readonly List<uint> _damaged = [];
        private int _used;

        public long Written { get; private set; }

        public ExportOutcome Outcome => new(reader.View.Messages.Length, Written, [.. _damaged]);

        public void WriteMbox(MessageWriter.Sink sink)
        {
            ForEach((writer, message) =>
                writer.WriteEntry(reader.SenderOf(message), octets => Buffer(octets, sink)));
            Flush(sink);
        }

        public void WriteFiles(ExportTarget target, ExportFormat format)
        {
            List<string> names = [];
            ForEach((writer, message) =>
            {
                var (name, start) = (NameOf(message, format), Written);
                using (var file = target.Create(name))
                {
                    MessageWriter.Sink sink = octets => file.Write(octets, Written - start);
                    writer.WriteMessage(
                        format is ExportFormat.Eml ? "\r\n"u8 : "\n"u8, octets => Buffer(octets, sink));
                    Flush(sink);
                }

                target.SetTime(name, message.ReceivedAt);
                names.Add(name);
            });
            target.Flush(names, cancellation);
        }

        /// <summary>What nobody has looked at yet is new.</summary>
        private static string NameOf(in StoredMessage message, ExportFormat format)
        {
            if (format is ExportFormat.Eml)
                return string.Create(CultureInfo.InvariantCulture, $"{message.Uid:D10}.eml");
            var (seconds, rest) = Math.DivRem(message.ReceivedAt, 1000);
            var name = string.Create(CultureInfo.InvariantCulture, $"{seconds}.M{rest}U{message.Uid}.actormail");
            return message.Flags is MessageMarks.None
                ? $"new/{name}"
                : $"cur/{name}{MaildirFlags.Compose(message.Flags)}";
        }

        private void ForEach(Action<MessageWriter, StoredMessage> action)
        {
            var done = 0;
            foreach (var message in reader.View.Messages)
            {
                cancellation.ThrowIfCancellationRequested();
                if (!reader.IsIntact(message))
                    _damaged.Add(message.Uid);
                action(new MessageWriter(reader.Slice(message.Uid)!, message), message);
                progress(++done);
            }
        }

        private void Buffer(ReadOnlySpan<byte> octets, MessageWriter.Sink sink)
        {
            if (octets.Length > _buffer.Length - _used)
                Flush(sink);
            if (octets.Length > _buffer.Length)
            {
                Hand(octets, sink);
                return;
            }

            octets.CopyTo(_buffer.AsSpan(_used));
            _used += octets.Length;
        }

        private void Flush(MessageWriter.Sink sink)
        {
            Hand(_buffer.AsSpan(0, _used), sink);
            _used = 0;
        }

        private void Hand(ReadOnlySpan<byte> octets, MessageWriter.Sink sink)
        {
            sink(octets);
            Written += octets.Length;
        }
    }
}
