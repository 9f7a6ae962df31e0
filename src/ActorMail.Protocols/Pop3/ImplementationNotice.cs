namespace ActorMail.Protocols.Pop3;

/// <summary>When CAPA names the program (RFC 2449 §6.9). Its version is never told.</summary>
public enum ImplementationNotice
{
    Always,

    AfterLogin,

    Never,
}
