namespace ActorMail.Server.Cli;

/// <summary>How the program ends, in the numbers of BSD's <c>sysexits.h</c>.</summary>
public static class ExitCode
{
    public const int Ok = 0;

    /// <summary>It was done, and something was found or left out: the only one that sysexits.h does not have.</summary>
    public const int Findings = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 64;

    /// <summary>What was asked for cannot be done: no such user, mailbox or message, or it exists already.</summary>
    public const int DataError = 65;

    /// <summary>What was to be read is not there, or cannot be read.</summary>
    public const int NoInput = 66;

    /// <summary>A port is in use, or an address is not this machine's.</summary>
    public const int Unavailable = 69;

    /// <summary>The program itself is at fault.</summary>
    public const int Software = 70;

    /// <summary>What was to be written is there already, or cannot be made.</summary>
    public const int CannotCreate = 73;

    /// <summary>The data folder cannot be created, read or written.</summary>
    public const int InputOutput = 74;

    /// <summary>Later it may work: another process uses the data folder, or it was interrupted.</summary>
    public const int TemporaryFailure = 75;

    /// <summary>Something in the configuration is wrong; nothing was started.</summary>
    public const int Configuration = 78;
}
