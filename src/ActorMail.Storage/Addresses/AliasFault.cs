namespace ActorMail.Storage.Addresses;

/// <summary>
/// What is wrong with an alias; <paramref name="Where"/> is <c>line 3</c>, or empty for the settings.
/// </summary>
public sealed record AliasFault(string Where, string Text)
{
    public override string ToString() => Where.Length == 0 ? Text : $"{Where}: {Text}";
}
