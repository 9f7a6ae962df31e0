namespace ActorMail.Bench.Store;

/// <summary>Something that takes durable deliveries from writers who each wait for the one before.</summary>
internal interface IDeliveries : IAsyncDisposable
{
    /// <summary>Deliveries that became durable in the given time.</summary>
    Task<long> Run(TimeSpan time);
}
