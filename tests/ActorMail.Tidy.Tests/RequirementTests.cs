namespace ActorMail.Tidy.Tests;

/// <summary>Requirements, their proofs, and the page that tells of both belong together.</summary>
public sealed class RequirementTests
{
    private static string Page { get; } = Path.Combine(SourceTree.Root, "docs", "RFCS.md");

    [Fact]
    public void Each_requirement_stands_once_in_the_register() =>
        SourceTree.AssertNone(
            from row in Register.All
            group row by row.Id into rows
            where rows.Count() > 1
            select rows.Key);

    [Fact]
    public void Tests_cite_requirements_that_exist()
    {
        var known = Register.All.Select(row => row.Id).ToHashSet();
        SourceTree.AssertNone(
            from citation in Citations.All
            where !known.Contains(citation.Id)
            select $"{citation.Proof} cites {citation.Id}, which is in no register under docs");
    }

    [Fact]
    public void Each_requirement_has_a_proof_or_a_note()
    {
        var covered = Citations.All.Select(it => it.Id).Concat(Register.Notes.Select(it => it.Id)).ToHashSet();
        SourceTree.AssertNone(
            from row in Register.All
            where !covered.Contains(row.Id)
            select $"{row.Id} has neither a test nor a note in docs/requirements-notes.tsv: {row.Text}");
    }

    [Fact]
    public void Notes_are_about_requirements_and_no_test_proves_what_does_not_apply()
    {
        var known = Register.All.Select(row => row.Id).ToHashSet();
        var proved = Citations.All.ToLookup(citation => citation.Id, citation => citation.Proof);
        SourceTree.AssertNone(
            from note in Register.Notes
            let fault = !known.Contains(note.Id) ? "is in no register"
                : !RequirementNote.Statuses.Contains(note.Status) ? $"has the unknown status {note.Status}"
                : Register.Notes.Count(it => it.Id == note.Id) > 1 ? "has two notes"
                : note.Status == "n/a" && proved.Contains(note.Id) ? $"is n/a, but {proved[note.Id].First()} cites it"
                : null
            where fault is not null
            select $"{note.Id} {fault}");
    }

    [Fact]
    public void The_page_is_what_registers_notes_and_tests_give()
    {
        var page = ConformancePage.Write(Register.All, Register.Notes, Citations.All);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            File.WriteAllText(Page, page);

        var isUpToDate = File.Exists(Page) && File.ReadAllText(Page).ReplaceLineEndings("\n") == page;

        Assert.True(isUpToDate, "docs/RFCS.md is stale: run UPDATE_DOCS=1 dotnet test tests/ActorMail.Tidy.Tests");
    }

    [Fact]
    public void A_test_is_cited_by_its_class_and_method()
    {
        SourceFile file = new("tests/X/SomeTests.cs",
        [
            "[Requirement(\"F4\")]", "public sealed class SomeTests", "{", "    [Theory]",
            "    [Requirement(\"D1\", \"R1939-3-b\",", "        \"S1\")]", "    [InlineData(\"public void No(\")]",
            "    public async Task It_holds(string text)",
        ]);

        Assert.Equal(
            [new("F4", "SomeTests"), new("D1", "SomeTests.It_holds"), new("R1939-3-b", "SomeTests.It_holds"),
                new("S1", "SomeTests.It_holds")],
            Citations.OfTests(file));
    }

    [Fact]
    public void A_transcript_is_cited_by_its_first_comment_only()
    {
        SourceFile file = new("tests/transcripts/pop3/x.transcript", ["# R1939-5-d, P1: empty.", "S: +OK", "# D1"]);

        Assert.Equal(
            [new("R1939-5-d", "pop3/x.transcript"), new("P1", "pop3/x.transcript")], Citations.OfTranscript(file));
    }

    [Fact]
    public void A_client_check_is_cited_by_the_comment_above_it()
    {
        SourceFile file = new(
            "tests/clients/checks/x.py", ["# D1", "", "# D2 S13", "@check", "def it_holds(context):"]);

        Assert.Equal([new("D2", "clients/x.it_holds"), new("S13", "clients/x.it_holds")], Citations.OfChecks(file));
    }
}
