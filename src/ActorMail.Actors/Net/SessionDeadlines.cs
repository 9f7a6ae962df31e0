namespace ActorMail.Actors.Net;

/// <summary>
/// What a session waits for and until when, by a monotonic clock. One timer serves all limits: it wakes as often as
/// the shortest of them lasts, since arming a timer for each command would cost more than the command.
/// </summary>
internal sealed class SessionDeadlines
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);

    private readonly SessionOptions _options;
    private readonly TimeSpan _shortest;
    private readonly long _startedAt;
    private long _awaitedSince;
    private long _dataSince;
    private long _dataOctets;

    public SessionDeadlines(SessionOptions options)
    {
        _options = options;
        _startedAt = options.Time.GetTimestamp();
        _shortest = new[]
        {
            options.IdleTimeout, options.CommandTimeout, options.DataTimeout, options.AnswerTimeout,
            options.WriteTimeout, options.TlsTimeout, options.SessionTimeout,
        }.Min();
    }

    public Awaited Awaited { get; private set; }

    public TimeSpan Age => _options.Time.GetElapsedTime(_startedAt);

    public bool IsSessionOver => Age >= _options.SessionTimeout;

    /// <summary>True once the client, or another actor, has taken longer than it may.</summary>
    public bool IsDue => Awaited is not Awaited.Nothing && (Left <= TimeSpan.Zero || IsTricklingData);

    /// <summary>How long the alarm may sleep without missing a deadline.</summary>
    public TimeSpan Pause
    {
        get
        {
            var left = _options.SessionTimeout - Age;
            if (Awaited is not Awaited.Nothing && Left < left)
                left = Left;
            return left <= ShortestPause ? ShortestPause : left < _shortest ? left : _shortest;
        }
    }

    private TimeSpan Left => LimitOf(Awaited) - _options.Time.GetElapsedTime(_awaitedSince);

    /// <summary>Data that comes, but slower on average than <see cref="SessionOptions.MinDataRate"/>.</summary>
    private bool IsTricklingData
    {
        get
        {
            if (Awaited is not Awaited.Data || _options.MinDataRate == 0)
                return false;

            var elapsed = _options.Time.GetElapsedTime(_dataSince);
            return elapsed > _options.DataTimeout && _dataOctets < _options.MinDataRate * elapsed.TotalSeconds;
        }
    }

    /// <summary>
    /// Begins a wait. To await more of a command that is awaited already begins none: nobody stays by trickling. A
    /// block of data does, for RFC 5321 §4.5.3.2.5 limits the time between two of them.
    /// </summary>
    public void Begin(Awaited what)
    {
        if (what == Awaited && what is Awaited.Command or Awaited.RestOfCommand or Awaited.ProxyHeader)
            return;

        var now = _options.Time.GetTimestamp();
        if (what is Awaited.Data && Awaited is not Awaited.Data)
            (_dataSince, _dataOctets) = (now, 0);
        (Awaited, _awaitedSince) = (what, now);
    }

    public void NoteData(long octets) => _dataOctets += octets;

    public void End() => Awaited = Awaited.Nothing;

    private TimeSpan LimitOf(Awaited what) => what switch
    {
        Awaited.Command => _options.IdleTimeout,
        Awaited.RestOfCommand => _options.CommandTimeout,
        Awaited.Data => _options.DataTimeout,
        Awaited.Answer => _options.AnswerTimeout,
        Awaited.Output => _options.WriteTimeout,
        Awaited.Handshake => _options.TlsTimeout,
        Awaited.ProxyHeader => _options.CommandTimeout,
        // They end by themselves.
        Awaited.Greeting or Awaited.Pause => TimeSpan.MaxValue,
        _ => _options.SessionTimeout,
    };
}
