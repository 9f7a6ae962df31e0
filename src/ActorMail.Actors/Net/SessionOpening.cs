namespace ActorMail.Actors.Net;

/// <summary>
/// What comes before the greeting: the PROXY header of a front end, the time that a client is kept waiting, and a look
/// at whether it waits. <see cref="Advance"/> goes as far as it can, and is called again when there is more.
/// </summary>
/// <param name="isInClear">False where TLS comes first: there the client speaks first, and nobody waits.</param>
/// <param name="headerDone">Called back when the PROXY header is there.</param>
/// <param name="inputReady">Called back when the client says something.</param>
internal sealed class SessionOpening(
    Connection connection, SessionOptions options, bool isInClear, Action headerDone, Action inputReady)
{
    private bool _isReading;
    private bool _isDelayed;
    private bool _isHeaderDone = connection.MaxProxyHeaderSize == 0;

    /// <summary>True as long as the PROXY header is not there.</summary>
    public bool AwaitsHeader => !_isHeaderDone;

    private bool IsExempt => connection.IsLocalSocket || options.Exempt.Contains(connection.Remote.Address);

    /// <param name="isDelayOver">The client has waited for as long as it has to.</param>
    public OpeningStep Advance(bool isDelayOver)
    {
        if (!_isHeaderDone && TakeHeader() is { } step)
            return step;
        if (!isInClear || IsExempt)
            return OpeningStep.Greet.Instance;
        if (options.GreetingDelay > TimeSpan.Zero && !_isDelayed)
        {
            // The delay begins before anything is waited for.
            _isDelayed = true;
            return OpeningStep.AwaitDelay.Instance;
        }

        if (options.RefusesEarlyTalkers && connection.TryRead(inputReady, out var input))
        {
            return input.Buffer.IsEmpty
                ? new OpeningStep.End("the client hung up before the greeting")
                : OpeningStep.SpokeEarly.Instance;
        }

        return isDelayOver || options.GreetingDelay == TimeSpan.Zero
            ? OpeningStep.Greet.Instance
            : OpeningStep.AwaitDelay.Instance;
    }

    /// <summary>Null once the header was taken, and the client may stay.</summary>
    private OpeningStep? TakeHeader()
    {
        if (!_isReading)
        {
            _isReading = true;
            connection.BeginProxyHeader(headerDone);
        }

        if (!connection.TryFinishProxyHeader(out var read))
            return OpeningStep.AwaitHeader.Instance;
        if (read is not ProxyHeaderStep.Complete(var header, _))
            return new OpeningStep.End(((ProxyHeaderStep.Malformed)read).Reason);

        _isHeaderDone = true;
        return header.Source is { } client && connection.Become(client, header.Destination) is { } refusal
            ? new OpeningStep.Refuse(refusal)
            : null;
    }
}
