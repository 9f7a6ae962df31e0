namespace ActorMail.Protocols.Pop3;

/// <summary>The commands by their keywords, in the order that HELP lists them in.</summary>
public enum Pop3Verb
{
    Stls,
    Utf8,
    User,
    Pass,
    Auth,
    Stat,
    List,
    Uidl,
    Retr,
    Top,
    Dele,
    Rset,
    Noop,
    Capa,
    Lang,
    Help,
    Quit,
}
