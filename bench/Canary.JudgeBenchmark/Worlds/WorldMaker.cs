using System;
using System.Linq;
using Canary.JudgeBenchmark.Chance;

namespace Canary.JudgeBenchmark.Worlds;

/// <summary>Makes the worlds of a cell, one after the other, in the same memory. A run is the same whoever makes it, and whatever was made
/// before.</summary>
internal sealed class WorldMaker
{
    private const double IncidentErrors = 0.1;
    private const int IncidentSlots = 8;
    private const int OutageLength = 300_000;
    private const int YoungSlots = 6;
    private const double YoungFactor = 10;
    private const double PodDeviation = 0.1;
    private const double RestartChance = 0.05;
    private const int Storm = 20;
    private const double StormShare = 0.5;
    private const double SecondsOfHistory = 86_400;

    private readonly Cell _cell;
    private readonly ulong _seed;
    private readonly RandomStream _random = new(0);
    private readonly World _world;
    private readonly PodCounters _pod;
    private readonly DurationPlan? _durations;
    private readonly double[] _traffic = new double[Clock.Slots];
    private readonly double[] _cycle = new double[Clock.Slots];
    private readonly double[] _incident = new double[Clock.Slots];
    private readonly double[,] _gamma = new double[2, Clock.Slots];

    public WorldMaker(Cell cell, ulong seed)
    {
        _cell = cell;
        _seed = RandomStream.Mix(seed, cell.Name);
        _world = new World(cell);
        _durations = cell.HasDurations ? new DurationPlan(cell) : null;
        _pod = new PodCounters(_world);
    }

    public World Make(int run)
    {
        _random.Restart(RandomStream.Mix(_seed, (ulong)run));
        _world.Clear(run);
        Plan();
        for (var pod = 0; pod < _world.Shape.Pods; pod++) Live(pod);
        return _world;
    }

    /// <summary>The canary is different in this slot, leaving aside in which of its pods.</summary>
    public static bool IsDifferent(Cell cell, int slot) => slot >= Clock.Before && cell.Onset switch
    {
        Onset.AtStart or Onset.InOnePod => true,
        Onset.AfterTwentyMinutes => Clock.StartOf(slot) >= 1_200_000,
        Onset.AtThirtyPercent => cell.Schedule.WeightAt(Clock.StartOf(slot)) >= 0.3,
    };

    // All that both arms share, drawn before any pod lives.
    private void Plan()
    {
        var phase = _random.Uniform() * 2 * Math.PI;
        var incidentAt = _cell.Noise == Noise.Incident ? Clock.Before + _random.Below(Clock.Slots - Clock.Before - IncidentSlots)
            : int.MaxValue;
        for (var slot = 0; slot < Clock.Slots; slot++)
        {
            _cycle[slot] = _cell.Noise == Noise.DayCycle ? 1 + (0.5 * Math.Sin(phase + (2 * Math.PI * slot * Clock.Slot / Clock.Length)))
                : 1;
            _traffic[slot] = _cell.Fault == WorldFault.Idle ? 0 : _cell.Rate * _cycle[slot];
            _incident[slot] = slot >= incidentAt && slot < incidentAt + IncidentSlots ? IncidentErrors : 0;
            var isNew = slot == 0 || (slot - Clock.Before) % Clock.SlotsInMinute == 0;
            for (var arm = 0; arm < 2; arm++) _gamma[arm, slot] = isNew ? Multiplier() : _gamma[arm, slot - 1];
            var stable = Math.Min(1, (_cell.Errors * _cycle[slot]) + _incident[slot]);
            _world.Expect(slot, Enumerable.Range(0, _cell.CanaryPods)
                .Average(pod => CanaryRate(slot, pod, _cell.Errors * _cycle[slot])), stable);
        }

        if (_cell.Fault == WorldFault.Outage)
        {
            _world.OutageFrom = (5 + _random.Below(45)) * 60_000;
            _world.OutageTo = _world.OutageFrom + OutageLength;
        }

        _durations?.Draw(_random);
    }

    private double Multiplier() => _cell.Noise switch
    {
        Noise.GammaMild => _random.GammaOfMeanOne(0.2),
        Noise.GammaStrong => _random.GammaOfMeanOne(0.5),
        Noise.Independent or Noise.Incident or Noise.DayCycle or Noise.PodSpread or Noise.RetryStorms or Noise.ColdStart or Noise.JitterMild
            or Noise.JitterStrong => 1,
    };

    private double CanaryRate(int slot, int pod, double errors)
    {
        var isWorse = IsDifferent(_cell, slot) && (_cell.Onset != Onset.InOnePod || pod == 0);
        return Math.Min(1, (isWorse ? (errors * _cell.Effect.ErrorRatio) + _cell.Effect.AddedErrors : errors) + _incident[slot]);
    }

    private void Live(int pod)
    {
        var arm = _world.Shape.ArmOf(pod);
        var (first, end) = _world.Shape.PodsOf(arm);
        var phase = _random.Below(Clock.Slot);
        var own = _cell.Noise == Noise.PodSpread ? Math.Max(0, 1 + (PodDeviation * _random.Normal())) : 1;
        var (one, other) = Restarts();
        var bornAt = arm == Arm.Canary ? Clock.Before : -YoungSlots;
        var missed = _cell.Fault == WorldFault.MissedScrapes ? 0.05 : 0.005;
        _pod.Begin(pod);
        if (arm == Arm.Stable) Age(pod, first, end);
        for (var slot = 0; slot < Clock.Slots; slot++)
        {
            if (slot == one || slot == other)
            {
                _pod.Restart();
                bornAt = slot;
            }

            var share = Share(arm, slot) / (end - first);
            var young = _cell.Noise == Noise.ColdStart && slot - bornAt < YoungSlots ? YoungFactor : 1;
            var errors = _cell.Errors * _cycle[slot] * own * young * _gamma[(int)arm, slot];
            var rate = arm == Arm.Canary ? CanaryRate(slot, pod, errors) : Math.Min(1, errors + _incident[slot]);
            Serve(arm, pod, slot, _traffic[slot] * share * phase / 1000, rate);
            if (_random.Uniform() >= missed) _pod.Scrape(Clock.StartOf(slot) + phase);
            Serve(arm, pod, slot, _traffic[slot] * share * (Clock.Slot - phase) / 1000, rate);
        }
    }

    private (int One, int Other) Restarts()
    {
        if (_cell.Fault == WorldFault.Resets) return (At(), At());
        return (_random.Uniform() < RestartChance || (_cell.Noise == Noise.ColdStart && _random.Uniform() < 0.25) ? At() : -1, -1);

        int At() => Clock.Before + 1 + _random.Below(Clock.Slots - Clock.Before - 1);
    }

    private double Share(Arm arm, int slot)
    {
        if (slot < Clock.Before) return arm == Arm.Stable ? 1 : 0;
        var weight = _cell.Schedule.WeightAt(Clock.StartOf(slot));
        if (arm == Arm.Stable) return 1 - weight;
        return _cell.Fault == WorldFault.NoCanaryTraffic ? 0 : weight;
    }

    // A day has passed for stable's pods: their counters are high, and the series of what fails is there where anything ever failed.
    private void Age(int pod, int first, int end)
    {
        if (_cell.Fault == WorldFault.Idle) return;
        var requests = _random.Poisson(_cell.Rate / (end - first) * SecondsOfHistory);
        var failed = _random.Binomial(requests, _cell.Errors);
        _pod.Serve(requests, failed);
        if (_durations is null) return;
        _durations.Spread(_random, Arm.Stable, pod, 0, requests - failed);
        _pod.Take(_durations.Buckets);
    }

    private void Serve(Arm arm, int pod, int slot, double expected, double rate)
    {
        if (expected <= 0) return;
        var requests = _random.Poisson(expected);
        var inStorms = 0L;
        var single = rate;
        if (_cell.Noise == Noise.RetryStorms)
        {
            single = rate * (1 - StormShare);
            inStorms = Storm * _random.Poisson(expected * rate * StormShare / Storm);
        }

        var failed = _random.Binomial(requests, single) + inStorms;
        requests += inStorms;
        if (requests == 0) return;
        _pod.Serve(requests, failed);
        var slow = 0L;
        if (_durations is not null)
        {
            _durations.Spread(_random, arm, pod, slot, requests - failed);
            _pod.Take(_durations.Buckets);
            slow = _durations.Slow();
        }

        _world.Count(arm, slot, requests, failed, slow);
    }
}
