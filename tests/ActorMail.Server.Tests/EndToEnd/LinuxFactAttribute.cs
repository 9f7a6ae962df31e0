namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>A test that looks at a process through <c>/proc</c>.</summary>
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "Only Linux has /proc.";
    }
}
