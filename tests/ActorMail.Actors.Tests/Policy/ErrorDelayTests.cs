using ActorMail.Actors.Policy;

namespace ActorMail.Actors.Tests.Policy;

public sealed class ErrorDelayTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 0)]
    [InlineData(11, 2)]
    [InlineData(12, 4)]
    [InlineData(24, 28)]
    [InlineData(25, 30)]
    [InlineData(int.MaxValue, 30)]
    public void The_answer_waits_longer_with_each_error_beyond_the_first_ones(int errors, int seconds) =>
        Assert.Equal(
            TimeSpan.FromSeconds(seconds), new ErrorDelay { Step = TimeSpan.FromSeconds(2) }.For(errors));

    [Fact]
    public void A_step_of_nothing_is_no_delay() =>
        Assert.Equal(TimeSpan.Zero, new ErrorDelay { Step = TimeSpan.Zero }.For(1_000));
}
