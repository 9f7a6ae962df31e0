using System.Text;

namespace ActorMail.Bench.Micro;

/// <summary>Mails of about 1 MiB as they come over the wire, final dot included.</summary>
public static class SampleMail
{
    private const int Size = 1024 * 1024;

    /// <summary>Lines of so many characters, each behind the text that every line begins with.</summary>
    public static byte[] OfLines(int length, string every = "")
    {
        var text = new StringBuilder("From: <sender@example.net>\r\nSubject: A sample\r\n\r\n");
        var line = new string('a', length) + "\r\n";
        while (text.Length < Size)
            text.Append(every).Append(line);
        return Encoding.ASCII.GetBytes(text.Append(".\r\n").ToString());
    }
}
