using System.Buffers;
using ActorMail.Actors.Net;
using ActorMail.Protocols.Pop3;

namespace ActorMail.Actors.Pop3;

/// <summary>What a client hears whose session ends before it wants to, or does not begin.</summary>
public static class Pop3Farewells
{
    /// <summary>The line for a client that gets no session.</summary>
    public static ReadOnlyMemory<byte> LineFor(Refusal refusal)
    {
        var text = refusal switch
        {
            Refusal.ServerFull => "Too many connections, try again later",
            Refusal.TooOften => "Too many connections a minute from your address",
            _ => "Too many connections from your address",
        };
        var line = new ArrayBufferWriter<byte>();
        Pop3Reply.Err(text, Pop3Codes.SysTemp).WriteTo(line);
        return line.WrittenMemory;
    }

    internal static Pop3Refusal RefusalFor(Farewell reason) => reason switch
    {
        Farewell.TimedOut => Pop3Refusal.TimedOut,
        Farewell.BareLineFeed => Pop3Refusal.BareLineFeed,
        Farewell.SessionTooLong => Pop3Refusal.SessionTooLong,
        Farewell.TooManyCommands => Pop3Refusal.TooManyCommands,
        Farewell.TooManyErrors => Pop3Refusal.TooManyErrors,
        Farewell.TlsOnPlainPort => Pop3Refusal.TlsOnPlainPort,
        Farewell.SpokeEarly => Pop3Refusal.SpokeEarly,
        Farewell.ShuttingDown => Pop3Refusal.ShuttingDown,
        _ => Pop3Refusal.Failed,
    };
}
