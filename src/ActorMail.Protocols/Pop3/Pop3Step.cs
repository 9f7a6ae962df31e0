using System.Collections.Immutable;
using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Pop3;

/// <summary>What a session has to do after a command. The cases below are all there are.</summary>
public abstract record Pop3Step
{
    private Pop3Step()
    {
    }

    public sealed record Answer(Pop3Reply Reply) : Pop3Step;

    /// <summary>Check the password, then tell the dialog.</summary>
    public sealed record VerifyPassword(string User, Secret Password) : Pop3Step;

    /// <summary>Begin a login by a mechanism that is on offer.</summary>
    public sealed record BeginLogin(string Mechanism, Secret? InitialResponse) : Pop3Step;

    /// <summary>Answer, then begin the handshake. Whatever follows in clear is dropped.</summary>
    public sealed record BeginTls(Pop3Reply Reply) : Pop3Step;

    /// <summary>Look how long this message is for a client without UTF8, and tell the dialog.</summary>
    public sealed record Measure(int Number, uint Uid) : Pop3Step;

    /// <summary>Get the message and send it behind the reply that the dialog has for it.</summary>
    /// <param name="BodyLines">Null for the whole message, else as many lines of the body as TOP wants.</param>
    public sealed record Send(int Number, uint Uid, int? BodyLines) : Pop3Step;

    /// <summary>Delete these messages, then say goodbye.</summary>
    public sealed record Update(ImmutableArray<uint> Uids) : Pop3Step;

    public sealed record Goodbye(Pop3Reply Reply) : Pop3Step;
}
