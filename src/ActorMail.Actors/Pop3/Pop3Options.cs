using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Protocols.Pop3;

namespace ActorMail.Actors.Pop3;

/// <summary>The settings of <c>actormail.pop3</c>, checked when they are read.</summary>
public sealed record Pop3Options
{
    public Pop3Settings Dialog { get; init; } = new();

    /// <summary>
    /// How a session gets its mailbox. Its wait is shorter than <see cref="SessionOptions.AnswerTimeout"/>, or nobody
    /// would hear what came of it.
    /// </summary>
    public LockTerms Lock { get; init; } = LockTerms.Default;

    /// <summary>Failed logins in one session, then it is closed.</summary>
    public int MaxLoginFailures { get; init; } = 3;

    /// <summary>RFC 1939 §3: an autologout timer lasts at least 10 minutes.</summary>
    public SessionOptions Session { get; init; } = new() { IdleTimeout = TimeSpan.FromMinutes(10) };
}
