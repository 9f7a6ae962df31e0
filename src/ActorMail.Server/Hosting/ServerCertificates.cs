using System.Collections.Immutable;
using ActorMail.Server.Configuration;
using ActorMail.Storage.Certificates;

namespace ActorMail.Server.Hosting;

/// <summary>The certificates that a server starts with.</summary>
internal static class ServerCertificates
{
    /// <summary>
    /// In the order of the settings; none if TLS is off. The server's own one is made if it is wanted: the data folder
    /// must be there and this process's alone.
    /// </summary>
    /// <exception cref="CertificateException">Some cannot be used: the message has a line for each.</exception>
    public static ImmutableArray<LoadedCertificate> LoadOrMake(ServerSettings settings, DateTimeOffset now)
    {
        if (settings.Tls is { IsOn: true, IsSelfSigned: true })
            SelfSignedCertificate.Ensure(settings.Tls.Files[0], settings.Hostname, now);
        return Load(settings.Tls);
    }

    /// <summary>What would keep a server from starting; nothing is made or changed.</summary>
    public static ImmutableArray<string> FindFaults(ServerSettings settings, DateTimeOffset now)
    {
        var tls = settings.Tls;
        if (tls.IsSelfSigned && SelfSignedCertificate.IsWanted(tls.Files[0], settings.Hostname, now))
            return [];

        try
        {
            Load(tls);
            return [];
        }
        catch (CertificateException fault)
        {
            return [.. fault.Message.Split('\n')];
        }
    }

    private static ImmutableArray<LoadedCertificate> Load(TlsSettings settings)
    {
        var (loaded, faults) = (ImmutableArray.CreateBuilder<LoadedCertificate>(), new List<string>());
        foreach (var file in settings.IsOn ? settings.Files : [])
        {
            try
            {
                loaded.Add(file.Load());
            }
            catch (CertificateException fault)
            {
                faults.Add($"{TlsBinder.CertificatesKey}: {fault.Message}");
            }
        }

        return faults.Count == 0
            ? loaded.ToImmutable()
            : throw new CertificateException(string.Join('\n', faults));
    }
}
