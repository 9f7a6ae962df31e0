using System.Net;
using System.Threading.Tasks.Sources;
using ActorMail.Actors.Net;
using ActorMail.Tests;

namespace ActorMail.Actors.Tests.Net;

public sealed class ConnectionTests
{
    [Fact]
    [Requirement("K8", "R5321-4.5.4.2-a")]
    public void A_result_is_taken_after_its_call_back_and_not_as_soon_as_it_is_there()
    {
        var operation = new Operation();
        var endpoint = new IPEndPoint(IPAddress.Loopback, 25);
        using var connection = new Connection(new SilentStream(operation), endpoint, endpoint);
        var calls = 0;
        Assert.False(connection.TryRead(() => calls++, out _));

        operation.IsComplete = true;
        Assert.False(connection.TryRead(() => calls++, out _));

        operation.CallBack();
        Assert.Equal(1, calls);
        Assert.True(connection.TryRead(() => calls++, out var end));
        Assert.True(end.IsCompleted);
    }

    /// <summary>As on a socket, there is a moment at which the result is there and the call-back has not run.</summary>
    private sealed class Operation : IValueTaskSource<int>
    {
        private Action<object?>? _continuation;
        private object? _state;

        public bool IsComplete { get; set; }

        public void CallBack()
        {
            var continuation = _continuation!;
            _continuation = null;
            continuation(_state);
        }

        public int GetResult(short token) => _continuation is null
            ? 0
            : throw new InvalidOperationException("The result was taken before the call-back.");

        public ValueTaskSourceStatus GetStatus(short token) =>
            IsComplete ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

        public void OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            (_continuation, _state) = (continuation, state);
    }

    /// <summary>A read of no octets waits for the operation; any other is the end.</summary>
    private sealed class SilentStream(Operation operation) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            buffer.IsEmpty ? new ValueTask<int>(operation, token: 0) : ValueTask.FromResult(0);
    }
}
