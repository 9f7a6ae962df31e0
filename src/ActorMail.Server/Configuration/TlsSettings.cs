using System.Collections.Immutable;
using ActorMail.Storage.Certificates;

namespace ActorMail.Server.Configuration;

/// <summary>The settings of <c>actormail.tls</c>, with <c>auto</c> resolved.</summary>
public sealed record TlsSettings
{
    public bool IsOn { get; init; }

    /// <summary>The first is for clients that name no host, or none that we know. Set in any case.</summary>
    public ImmutableArray<CertificateFile> Files { get; init; } = [];

    /// <summary>The one file is in the data folder, and is made when there is none.</summary>
    public bool IsSelfSigned { get; init; }

    public TimeSpan ReloadInterval { get; init; } = TimeSpan.FromSeconds(10);
}
