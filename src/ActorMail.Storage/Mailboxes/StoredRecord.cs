using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;
using ActorMail.Storage.Journal;

namespace ActorMail.Storage.Mailboxes;

/// <summary>A record of the journal, read: what <see cref="MailboxRecord"/> wrote.</summary>
internal abstract record StoredRecord
{
    private StoredRecord()
    {
    }

    /// <summary>A message for one mailbox or several.</summary>
    public sealed record Delivery(IReadOnlyList<AppendImage> Appends, string? Spool) : StoredRecord;

    public sealed record Expunge(MailboxName Mailbox, uint UidValidity, ulong Modseq, long At, UidRange[] Ranges)
        : StoredRecord;

    public sealed record Flags(
        MailboxName Mailbox, uint UidValidity, ulong Modseq, FlagChange Change, UidRange[] Ranges) : StoredRecord;

    public sealed record Compact(MailboxName Mailbox, uint UidValidity, ulong Modseq, uint Generation, ulong Inode)
        : StoredRecord;

    /// <summary>A record whose checksum is right and that makes no sense is of another version.</summary>
    /// <param name="image">The record.</param>
    /// <param name="openSpool">Opens a spool file by its name; null if it is not there.</param>
    public static StoredRecord Read(RecordImage image, Func<string, DiskFile?> openSpool)
    {
        var reader = new RecordReader(image.Payload.Span);
        switch ((StoreRecordType)image.Type)
        {
            case StoreRecordType.Deliver or StoreRecordType.DeliverReference:
                return ReadDelivery(image, ref reader, openSpool);
            case StoreRecordType.Expunge:
                var (mailbox, validity, modseq) = (Name(reader.Text()), reader.UInt32(), reader.UInt64());
                return new Expunge(mailbox, validity, modseq, reader.Int64(), reader.Ranges());
            case StoreRecordType.Flags:
                (mailbox, validity, modseq) = (Name(reader.Text()), reader.UInt32(), reader.UInt64());
                return new Flags(mailbox, validity, modseq, reader.FlagChange(), reader.Ranges());
            case StoreRecordType.Compact:
                (mailbox, validity, modseq) = (Name(reader.Text()), reader.UInt32(), reader.UInt64());
                return new Compact(mailbox, validity, modseq, reader.UInt32(), reader.UInt64());
            default:
                throw new InvalidDataException($"The journal holds a record of another version: {image.Type}.");
        }
    }

    private static Delivery ReadDelivery(RecordImage image, ref RecordReader reader, Func<string, DiskFile?> openSpool)
    {
        var (count, bodyLength) = (reader.Int32(), reader.Int64());
        List<AppendImage> appends = [];
        for (var i = 0; i < count; i++)
        {
            var (name, validity, generation) = (Name(reader.Text()), reader.UInt32(), reader.UInt32());
            var (message, gap) = (reader.Message(), reader.Int32());
            appends.Add(new AppendImage(
                name, validity, generation, message, gap, reader.Octets(reader.Int32()).ToArray(), default, null));
        }

        if ((StoreRecordType)image.Type is StoreRecordType.Deliver)
        {
            var body = image.Payload[^checked((int)bodyLength)..];
            return new Delivery([.. appends.Select(append => append with { Body = body })], null);
        }

        var spool = reader.Text();
        var file = openSpool(spool);
        return new Delivery([.. appends.Select(append => append with { Spool = file })], spool);
    }

    private static MailboxName Name(string value) => MailboxName.TryFromValue(value, out var name)
        ? name
        : throw new InvalidDataException("The journal names a mailbox that cannot be.");
}
