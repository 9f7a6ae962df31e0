using System.Buffers;
using System.Globalization;
using System.Text;
using ActorMail.Protocols.Smtp;

namespace ActorMail.Fuzz.Targets;

/// <summary>A reply is one that every client understands, whatever is repeated in it (RFC 5321 §4.2).</summary>
internal static class Replies
{
    public static void AssertWellFormed(SmtpReply reply, SmtpSettings settings)
    {
        var output = new ArrayBufferWriter<byte>();
        reply.WriteTo(output);
        var text = Encoding.Latin1.GetString(output.WrittenSpan);
        Property.Holds(text.EndsWith("\r\n", StringComparison.Ordinal), "a reply is whole");
        var lines = text.Split("\r\n")[..^1];
        var code = lines[0][..3];
        Property.Holds(code is [>= '2' and <= '5', >= '0' and <= '9', >= '0' and <= '9'], "a reply has a code");
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            Property.Holds(line.Length + 2 <= SmtpReply.MaxLineLength, "a line of a reply is short");
            Property.Holds(!line.AsSpan().ContainsAnyExceptInRange(' ', '~'), "a reply can be printed");
            Property.Holds(line.StartsWith(code, StringComparison.Ordinal), "a reply has one code");
            Property.Holds(line[3] == (i < lines.Length - 1 ? '-' : ' '), "the last line is known as such");
        }

        Property.Holds(reply.Enhanced is null || !settings.IsBasic, "the basic profile has no enhanced codes");
        if (reply.Enhanced is { } enhanced)
            AssertEnhanced(enhanced, code);
    }

    /// <summary>RFC 3463 §2, RFC 2034 §4.</summary>
    private static void AssertEnhanced(string enhanced, string code)
    {
        var parts = enhanced.Split('.');
        Property.Equal(3, parts.Length, "an enhanced code has three parts");
        Property.Equal(code[..1], parts[0], "both codes are of one class");
        foreach (var part in parts[1..])
        {
            var isNumber = int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _);
            Property.Holds(isNumber && part.Length <= 3, "a part of an enhanced code is a number");
        }
    }
}
