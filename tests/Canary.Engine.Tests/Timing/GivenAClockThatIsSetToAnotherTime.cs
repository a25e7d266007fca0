using System;
using System.Threading;
using Canary.Engine.Passes;
using NUnit.Framework;

namespace Canary.Engine.Tests.Timing;

public sealed class GivenAClockThatIsSetToAnotherTime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [TestCase(1)]
    [TestCase(-1)]
    public void WhenTheMachineIsSetByAnHour_ThenTheTimeGoesOnAsBefore(int hours)
    {
        var machine = new Machine(Noon);
        var clock = new ClusterClock(machine);
        machine.Pass(TimeSpan.FromMinutes(5));

        machine.Wall = machine.Wall.AddHours(hours);
        machine.Pass(TimeSpan.FromMinutes(5));

        Assert.That(clock.GetUtcNow(), Is.EqualTo(Noon.AddMinutes(10)));
    }

    [Test]
    public void WhenTheMachineIsWrongFromTheStart_ThenTheApiServerIsRight()
    {
        var machine = new Machine(Noon.AddMinutes(-7));
        var clock = new ClusterClock(machine);

        clock.Hear(Noon, TimeSpan.FromMilliseconds(20));
        clock.KeepSteady();
        machine.Pass(TimeSpan.FromMinutes(1));

        Assert.That(clock.GetUtcNow(), Is.EqualTo(Noon.AddMinutes(1)));
    }

    [Test]
    public void WhenTwoLeadersRunOnMachinesWithDifferentClocks_ThenTheyAgree()
    {
        var (early, late) = (new Machine(Noon.AddMinutes(-4)), new Machine(Noon.AddMinutes(6)));
        var (one, two) = (new ClusterClock(early), new ClusterClock(late));

        one.Hear(Noon, TimeSpan.Zero);
        two.Hear(Noon, TimeSpan.Zero);

        Assert.That((two.GetUtcNow() - one.GetUtcNow()).Duration(), Is.LessThanOrEqualTo(ClusterClock.Tolerance));
    }

    [TestCase(1)]
    [TestCase(-1)]
    public void WhenTheApiServerIsSetByAnHourWhileThisProcessLeads_ThenAnHourIsAnHourBarOnePercent(int hours)
    {
        var machine = new Machine(Noon);
        var clock = new ClusterClock(machine);
        clock.KeepSteady();
        var last = clock.GetUtcNow();

        for (var second = 1; second <= 3600; second++)
        {
            machine.Pass(TimeSpan.FromSeconds(1));
            clock.Hear(Noon.AddHours(hours).AddSeconds(second), TimeSpan.FromMilliseconds(20));
            Assert.That(clock.GetUtcNow(), Is.GreaterThan(last), "it never runs backwards");
            last = clock.GetUtcNow();
        }

        Assert.That(clock.GetUtcNow(), Is.EqualTo(Noon.AddHours(1).AddSeconds(36 * hours)).Within(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public void WhenTheDifferenceIsMadeUpFor_ThenItIsNotOverdone()
    {
        var machine = new Machine(Noon);
        var clock = new ClusterClock(machine);
        clock.KeepSteady();
        clock.Hear(Noon.AddSeconds(10), TimeSpan.Zero);

        machine.Pass(TimeSpan.FromHours(5));

        Assert.That(clock.GetUtcNow(), Is.EqualTo(Noon.AddHours(5).AddSeconds(10)));
    }

    [Test]
    public void WhenItLeadsNoMore_ThenItMayJump()
    {
        var machine = new Machine(Noon);
        var clock = new ClusterClock(machine);
        clock.KeepSteady();
        clock.Follow();

        clock.Hear(Noon.AddHours(1), TimeSpan.Zero);

        Assert.That(clock.GetUtcNow(), Is.EqualTo(Noon.AddHours(1)));
    }

    [TestCase(1.9, 0)]
    [TestCase(60, 6)]
    public void WhenTheServersClockSaysLittle_ThenItIsNotFollowed(double ahead, int took)
    {
        var machine = new Machine(Noon);
        var clock = new ClusterClock(machine);

        clock.Hear(Noon.AddSeconds(ahead), TimeSpan.FromSeconds(took));

        Assert.That(clock.GetUtcNow(), Is.EqualTo(Noon));
    }

    /// <summary>A machine whose wall clock can be set; its monotonic clock only counts.</summary>
    private sealed class Machine(DateTimeOffset wall) : TimeProvider
    {
        private long _ticks;

        public DateTimeOffset Wall { get; set; } = wall;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long GetTimestamp() => _ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            throw new NotSupportedException();

        public void Pass(TimeSpan length)
        {
            _ticks += length.Ticks;
            Wall += length;
        }
    }
}
