namespace ActorMail.Protocols.Mime;

internal enum FieldTokenKind
{
    /// <summary>Spaces, tabs and line ends.</summary>
    Blanks,

    /// <summary>With its parentheses, and with all comments in it.</summary>
    Comment,

    /// <summary>With its quotes.</summary>
    Quoted,

    /// <summary>One octet of those that part a field of its kind.</summary>
    Special,

    /// <summary>All that is nothing else: an atom with its dots, a literal, what ought not to be there.</summary>
    Word,
}
