namespace ActorMail.Actors.Policy;

/// <summary>A limit that was reached.</summary>
/// <param name="Setting">Its name below <c>actormail</c>, such as <c>policy.max-messages-per-minute</c>.</param>
/// <param name="PerMinute">Its value.</param>
public sealed record PolicyLimit(string Setting, int PerMinute);
