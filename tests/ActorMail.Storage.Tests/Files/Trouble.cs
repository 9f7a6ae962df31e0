namespace ActorMail.Storage.Tests.Files;

/// <summary>What a <see cref="FaultyDisk"/> does at its chosen step.</summary>
internal enum Trouble
{
    None,

    /// <summary>Half of a write is done, then nothing any more.</summary>
    Crash,

    /// <summary>Half of a write is done, then the disk is full until <see cref="FaultyDisk.MakeRoom"/>.</summary>
    Full,

    /// <summary>One step fails; a flush that fails loses what it should have kept.</summary>
    InputOutputError,
}
