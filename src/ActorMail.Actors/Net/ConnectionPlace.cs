using System.Net;

namespace ActorMail.Actors.Net;

/// <summary>
/// What one client takes of the limits of <see cref="ConnectionCensus"/>, until it is disposed. Not thread-safe: it
/// belongs to one connection.
/// </summary>
public sealed class ConnectionPlace : IDisposable
{
    private readonly ConnectionCensus _census;
    private IPAddress? _network;
    private bool _isLeft;

    /// <param name="network">Null for a client that counts in all only.</param>
    internal ConnectionPlace(ConnectionCensus census, IPAddress? network) =>
        (_census, _network) = (census, network);

    /// <summary>
    /// Counts the client at another address from now on, as if it had come from there. Refused, it stays where it was.
    /// </summary>
    public Refusal? TryMove(IPAddress address)
    {
        var network = ClientNetwork.Of(address);
        if (_isLeft || network.Equals(_network))
            return null;
        if (_census.Enter(address) is { } refusal)
            return refusal;

        if (_network is not null)
            _census.Leave(_network);
        _network = network;
        return null;
    }

    public void Dispose()
    {
        if (_isLeft)
            return;

        _isLeft = true;
        if (_network is not null)
            _census.Leave(_network);
        _census.LeaveAll();
    }
}
