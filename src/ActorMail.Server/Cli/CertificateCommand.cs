using System.Globalization;
using ActorMail.Server.Configuration;
using ActorMail.Server.Logging;
using ActorMail.Storage.Certificates;

namespace ActorMail.Server.Cli;

/// <summary>
/// <c>actormail cert show|new</c>: what clients see of the server's certificates, and a new one of our own, which a
/// running server takes by itself.
/// </summary>
internal sealed class CertificateCommand(ServerSettings settings, Terminal terminal, TimeProvider time)
{
    /// <summary>Tells of all certificates, also where TLS is off; a broken one is a finding.</summary>
    public int Show()
    {
        if (!settings.Tls.IsOn)
            terminal.Note($"TLS is off with these settings ({TlsBinder.ModeKey})");
        var exitCode = ExitCode.Ok;
        foreach (var (index, file) in settings.Tls.Files.Index())
        {
            if (index > 0)
                terminal.Out.WriteLine();
            exitCode = Math.Max(exitCode, Show(file));
        }

        return exitCode;
    }

    public int Make()
    {
        if (!settings.Tls.IsSelfSigned)
        {
            return terminal.Fail(
                ExitCode.DataError,
                $"{TlsBinder.CertificatesKey} names files of somebody else, who renews them; nothing was changed");
        }

        var file = settings.Tls.Files[0];
        if (SelfSignedCertificate.IsForeign(file))
        {
            return terminal.Fail(
                ExitCode.CannotCreate,
                $"{file.CertificatePath} was not made by actormail, and is left alone; move it away first");
        }

        try
        {
            SelfSignedCertificate.Replace(file, settings.Hostname, time.GetUtcNow());
            terminal.Out.WriteLine("made a new certificate; clients must be told to trust it");
            return Show(file);
        }
        catch (CertificateException fault)
        {
            return terminal.Fail(ExitCode.InputOutput, fault.Message);
        }
    }

    private int Show(CertificateFile file)
    {
        if (settings.Tls.IsSelfSigned && !File.Exists(file.CertificatePath))
        {
            terminal.Note($"there is no {file.CertificatePath} yet; the server's start or actormail cert new makes it");
            return ExitCode.Ok;
        }

        try
        {
            Show(file, file.Load());
            return ExitCode.Ok;
        }
        catch (CertificateException fault)
        {
            return terminal.Fail(ExitCode.Findings, fault.Message);
        }
    }

    private void Show(CertificateFile file, LoadedCertificate loaded)
    {
        var now = time.GetUtcNow();
        Say("certificate", file.CertificatePath);
        Say("key", file.KeyPath);
        Say("key fits", "yes");
        Say("names", string.Join(", ", loaded.Names));
        Say("issuer", loaded.Certificate.Issuer);
        Say("self-signed", loaded.IsSelfSigned ? "yes" : "no");
        Say("valid from", Format(loaded.NotBefore));
        Say("valid until", $"{Format(loaded.NotAfter)} ({Left(loaded.NotAfter - now)})");
        Say("SHA-256 fingerprint", loaded.Fingerprint);
        if (loaded.FaultAt(now) is { } fault)
            terminal.Note($"{file.CertificatePath}: clients refuse it, for {fault}");
    }

    /// <summary>Aligned for a person, between tabs for a program; never wrapped, so that it can be compared.</summary>
    private void Say(string name, string value) => terminal.Out.WriteLine(
        (terminal.ShowsTables ? $"{name,-20} " : $"{name}\t") + PrintableText.Escape(value));

    private static string Left(TimeSpan rest) =>
        rest < TimeSpan.Zero ? "over"
        : rest < TimeSpan.FromDays(1) ? "less than a day left"
        : rest < TimeSpan.FromDays(2) ? "one day left"
        : string.Create(CultureInfo.InvariantCulture, $"{(int)rest.TotalDays} days left");

    private static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
