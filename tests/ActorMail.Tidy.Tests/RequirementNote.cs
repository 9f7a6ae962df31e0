namespace ActorMail.Tidy.Tests;

/// <summary>
/// A row of <c>docs/requirements-notes.tsv</c>: why a requirement has no proof, or no whole one. <c>later</c> waits for
/// a feature, <c>n/a</c> binds something that this server is not, <c>choice</c> is answered otherwise on purpose.
/// </summary>
internal sealed record RequirementNote(string Id, string Status, string Why)
{
    public static readonly IReadOnlyList<string> Statuses = ["later", "n/a", "choice"];
}
