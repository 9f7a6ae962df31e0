using System.Globalization;
using Akka.Event;

namespace ActorMail.Actors.Net;

/// <summary>
/// One line of the log with as many named properties as it takes; the extensions of Akka stop at six.
/// </summary>
internal sealed class SessionEvent(ILogMessageFormatter formatter, string template, object?[] properties)
    : LogMessage(formatter, template)
{
    public override string Unformatted() =>
        string.Create(CultureInfo.InvariantCulture, $"{Format} <- {string.Join(", ", properties)}");

    public override IEnumerable<object> Parameters() => properties!;
}
