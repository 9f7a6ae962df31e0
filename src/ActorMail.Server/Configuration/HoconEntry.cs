namespace ActorMail.Server.Configuration;

/// <summary>A key of a file. <paramref name="Value"/> is null for a group: <c>smtp { }</c>.</summary>
public sealed record HoconEntry(string Path, string Where, SettingValue? Value);
