namespace ActorMail.Protocols.Mail;

/// <summary>
/// A password on its way to the authenticator. It prints as <c>***</c>, so that no log line, dead letter or failed
/// assertion can show it.
/// </summary>
public readonly record struct Secret(string Value)
{
    public override string ToString() => "***";
}
