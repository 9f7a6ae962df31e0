namespace ActorMail.Server.Cli;

/// <summary>What an import is told to read.</summary>
internal enum ImportFormat
{
    /// <summary>A folder is a Maildir, everything else an mbox file with mboxrd quoting.</summary>
    Auto,
    Mboxrd,
    Mboxo,
    Mboxcl,
    Mboxcl2,
    Maildir,
}
