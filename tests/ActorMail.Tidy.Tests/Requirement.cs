namespace ActorMail.Tidy.Tests;

/// <summary>A row of <c>docs/requirements.tsv</c> or of <c>docs/security-criteria.tsv</c>.</summary>
internal sealed record Requirement(string Id, string Level, string Text)
{
    /// <summary>What an id starts with: <c>R5321</c> of <c>R5321-2.4-a</c>, <c>D</c> of <c>D11</c>.</summary>
    public string Group => Id.Contains('-', StringComparison.Ordinal) ? Id.Split('-')[0] : Id[..1];
}
