namespace ActorMail.Actors.Net;

/// <summary>Takes a PROXY header off a stream, and not an octet of what stands behind it.</summary>
internal static class ProxyHeaderReader
{
    /// <summary>Gives a step that is complete or malformed; it ends when the stream is closed, too.</summary>
    public static Task<ProxyHeaderStep> ReadAsync(Stream stream, int maxOctets)
    {
        var reading = ReadAllAsync(stream, maxOctets);
        // Looked at, so that nobody else reports it when the session has ended meanwhile.
        _ = reading.ContinueWith(
            static it => it.Exception,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously | TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
        return reading;
    }

    private static async Task<ProxyHeaderStep> ReadAllAsync(Stream stream, int maxOctets)
    {
        // Never more than a header has; a line of version 1 is shorter.
        var (octets, count) = (new byte[maxOctets], 0);
        while (true)
        {
            var step = ProxyHeaderParser.Parse(octets.AsSpan(0, count), maxOctets);
            if (step is not ProxyHeaderStep.Incomplete(var missing))
                return step;

            var taken = await stream.ReadAsync(octets.AsMemory(count, missing)).ConfigureAwait(false);
            if (taken == 0)
                return new ProxyHeaderStep.Malformed("the connection ended in front of its PROXY header");
            count += taken;
        }
    }
}
