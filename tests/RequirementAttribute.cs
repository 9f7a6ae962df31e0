namespace ActorMail.Tests;

/// <summary>
/// Names the rows of <c>docs/requirements.tsv</c> (such as <c>R1939-6-b</c>) or of the security criteria (such as
/// <c>D4</c>) that a test proves. <c>docs/RFCS.md</c> is generated from these.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
internal sealed class RequirementAttribute(params string[] ids) : Attribute
{
    public IReadOnlyList<string> Ids { get; } = ids;
}
