using Canary.JudgeBenchmark.Chance;

namespace Canary.JudgeBenchmark.Worlds;

/// <summary>Makes the worlds of a cell, one after the other, in the same memory. A run is the same whoever makes it, and whatever was made
/// before.</summary>
internal sealed class WorldMaker
{
    private const int OutageLength = 300_000;
    private const int Storm = 20;
    private const double StormShare = 0.5;
    private const double SecondsOfHistory = 86_400;

    private readonly Cell _cell;
    private readonly ulong _seed;
    private readonly RandomStream _random = new(0);
    private readonly World _world;
    private readonly SharedPlan _plan;
    private readonly PodPlan _own;
    private readonly Clusters _clusters;
    private readonly PodCounters _pod;
    private readonly DurationPlan? _durations;

    public WorldMaker(Cell cell, ulong seed)
    {
        _cell = cell;
        _seed = RandomStream.Mix(seed, cell.Name);
        _world = new World(cell);
        _plan = new SharedPlan(cell, _random);
        _own = new PodPlan(cell, _random, _plan, _world);
        _clusters = new Clusters(cell, _random, _plan, _world);
        _durations = cell.HasDurations ? new DurationPlan(cell) : null;
        _pod = new PodCounters(_world);
    }

    public World Make(int run)
    {
        _random.Restart(RandomStream.Mix(_seed, (ulong)run));
        _world.Clear(run);
        _plan.Draw(_world);
        if (_cell.Fault == WorldFault.Outage)
        {
            _world.OutageFrom = (5 + _random.Below(45)) * 60_000;
            _world.OutageTo = _world.OutageFrom + OutageLength;
        }

        _durations?.Draw(_random);
        _clusters.Draw();
        for (var pod = 0; pod < _world.Shape.Pods; pod++) Live(pod);
        return _world;
    }

    private void Live(int pod)
    {
        _own.Draw(pod);
        _pod.Begin(pod);
        if (_world.Shape.ArmOf(pod) == Arm.Stable) Age(pod);
        for (var slot = 0; slot < Clock.Slots; slot++)
        {
            if (_own.Restarts(slot)) _pod.Restart();
            if (!_own.IsThere(slot)) continue;
            var from = 0;
            foreach (var (phase, scraper) in _own.Scrapes)
            {
                Serve(pod, slot, from, phase);
                var at = Clock.StartOf(slot) + phase;
                if (_own.IsScraped(at)) _pod.Scrape(scraper, at);
                from = phase;
            }

            Serve(pod, slot, from, Clock.Slot);
        }
    }

    // A day has passed for stable's pods: their counters are high, and the series of what fails is there where anything ever failed.
    private void Age(int pod)
    {
        if (_cell.Fault == WorldFault.Idle) return;
        var requests = _random.Poisson(_cell.Rate / _cell.StablePods * SecondsOfHistory);
        var failed = _random.Binomial(requests, _cell.Errors);
        _pod.Serve(requests, failed);
        if (_durations is null) return;
        _durations.Spread(_random, Arm.Stable, pod, 0, requests - failed, 0);
        _pod.Take(_durations.Buckets);
    }

    private void Serve(int pod, int slot, int from, int to)
    {
        var arm = _world.Shape.ArmOf(pod);
        var expected = _plan.Traffic(arm, slot) * (to - from) / 1000;
        if (expected <= 0) return;
        var rate = _plan.Rate(arm, slot, pod, _own.Factor(slot));
        var stalled = _own.Stalled(Clock.StartOf(slot) + from, Clock.StartOf(slot) + to);
        if (stalled > 0 && !_cell.HasDurations) rate = stalled + ((1 - stalled) * rate);
        var (requests, failed) = _clusters.AreAll ? (0, 0) : Single(expected, rate);
        var (gathered, gatheredFailed) = _clusters.Between(pod, slot, from, to);
        requests += gathered;
        failed += gatheredFailed;
        if (requests == 0) return;
        _pod.Serve(requests, failed);
        var slow = 0L;
        if (_durations is not null)
        {
            _durations.Spread(_random, arm, pod, slot, requests - failed, stalled);
            _pod.Take(_durations.Buckets);
            slow = _durations.Slow();
        }

        _world.Count(arm, slot, requests, failed, slow);
    }

    // Requests that come by themselves, and storms.
    private (long Requests, long Failed) Single(double expected, double rate)
    {
        if (_cell.Noise == Noise.RetryStorms)
        {
            var requests = _random.Poisson(expected);
            var storms = Storm * _random.Poisson(expected * rate * StormShare / Storm);
            return (requests + storms, _random.Binomial(requests, rate * (1 - StormShare)) + storms);
        }

        var clustered = 1 - _clusters.SingleErrors;
        var single = _random.Poisson(expected * (1 - (clustered * rate)));
        return (single, _random.Binomial(single, clustered > 0 ? rate * (1 - clustered) / (1 - (clustered * rate)) : rate));
    }
}
