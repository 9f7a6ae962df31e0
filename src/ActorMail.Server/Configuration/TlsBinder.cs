using System.Collections.Immutable;
using ActorMail.Storage.Certificates;

namespace ActorMail.Server.Configuration;

/// <summary>
/// Reads <c>actormail.tls</c>. Whether the files are sound is seen when they are loaded: most commands can do without.
/// </summary>
internal static class TlsBinder
{
    public const string ModeKey = "actormail.tls.mode";
    public const string CertificatesKey = "actormail.tls.certificates";

    private const string KeysKey = "actormail.tls.keys";

    public static bool IsOn(SettingValues values, bool isBasic) =>
        values.Choice(ModeKey, ("auto", !isBasic), ("on", true), ("off", false));

    public static TlsSettings Bind(SettingValues values, SettingsSources sources, bool isOn, string dataFolder)
    {
        var isSelfSigned = values.IsAuto(CertificatesKey);
        var keys = Paths(values, KeysKey, sources);
        if (isSelfSigned && !keys.IsEmpty)
            values.Refuse(KeysKey, $"without {CertificatesKey} there are no certificates that they could belong to");
        return new TlsSettings
        {
            IsOn = isOn,
            IsSelfSigned = isSelfSigned,
            Files = isSelfSigned
                ? [SelfSignedCertificate.FileIn(dataFolder)]
                : Pair(values, Paths(values, CertificatesKey, sources), keys),
            ReloadInterval = values.Duration(
                "actormail.tls.reload-interval", TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1)),
        };
    }

    private static ImmutableArray<CertificateFile> Pair(
        SettingValues values, ImmutableArray<string> certificates, ImmutableArray<string> keys)
    {
        if (certificates.IsEmpty)
        {
            values.Refuse(CertificatesKey, $"is empty; auto makes a certificate, {ModeKey} = off goes without");
        }
        else if (!keys.IsEmpty && keys.Length != certificates.Length)
        {
            values.Refuse(
                KeysKey,
                $"has {keys.Length} files for the {certificates.Length} of {CertificatesKey}: one for each, in the "
                + "same order, or none if each certificate's file holds its key");
        }

        return
        [
            .. certificates.Zip(
                keys.IsEmpty ? certificates : keys, (certificate, key) => new CertificateFile(certificate, key)),
        ];
    }

    private static ImmutableArray<string> Paths(SettingValues values, string key, SettingsSources sources)
    {
        var paths = values.List(key);
        if (!paths.Any(path => path.Any(char.IsControl)))
            return [.. paths.Select(path => Path.GetFullPath(path, sources.WorkingFolder))];

        values.Refuse(key, "expected paths without control characters");
        return [];
    }
}
