using System;
using Canary.JudgeBenchmark.Chance;

namespace Canary.JudgeBenchmark.Worlds;

/// <summary>How the durations of a run spread over the buckets: by minute and arm, since they may jitter.</summary>
internal sealed class DurationPlan
{
    private const int Minutes = (Clock.Slots / Clock.SlotsInMinute) + 1;

    // A stall lasts 15 seconds: 10 to 30.
    private const int StallBucket = 13;

    private readonly Cell _cell;
    private readonly int _bound;
    private readonly double[] _usual = new double[Durations.Buckets];
    private readonly double[] _different = new double[Durations.Buckets];
    private readonly double[][][] _jittered;
    private readonly long[] _buckets = new long[Durations.Buckets];

    public DurationPlan(Cell cell)
    {
        _cell = cell;
        _bound = OracleBound(cell).Bound;
        Durations.Fill(_usual, cell.Shape, 1, 0);
        Durations.Fill(_different, cell.Shape.With(cell.Effect), cell.Effect.Slowness, cell.Effect.TailShare);
        _jittered = new double[Deviation > 0 ? 2 : 0][][];
        for (var arm = 0; arm < _jittered.Length; arm++)
        {
            _jittered[arm] = new double[Minutes][];
            for (var minute = 0; minute < Minutes; minute++) _jittered[arm][minute] = new double[Durations.Buckets];
        }
    }

    /// <summary>What <see cref="Spread"/> made last.</summary>
    public ReadOnlySpan<long> Buckets => _buckets;

    private double Deviation => _cell.Noise == Noise.JitterMild ? 0.05 : _cell.Noise == Noise.JitterStrong ? 0.15 : 0;

    /// <summary>The bound at which the canary's slow requests tell most, with the share of each arm beyond it; -1: it is nowhere
    /// slower.</summary>
    public static (int Bound, double Canary, double Stable) OracleBound(Cell cell)
    {
        var best = (Bound: -1, Canary: 0.0, Stable: 0.0);
        var most = 0.0;
        for (var bound = 0; bound < Durations.Bounds.Length; bound++)
        {
            var stable = 1 - Durations.UpTo(Durations.Bounds[bound], cell.Shape, 1, 0);
            var canary = 1 - Durations.UpTo(Durations.Bounds[bound], cell.Shape.With(cell.Effect), cell.Effect.Slowness,
                cell.Effect.TailShare);
            if (canary <= stable || stable <= 0 || canary >= 1) continue;
            var divergence = (canary * Math.Log(canary / stable)) + ((1 - canary) * Math.Log((1 - canary) / (1 - stable)));
            if (divergence <= most) continue;
            most = divergence;
            best = (bound, canary, stable);
        }

        return best;
    }

    /// <summary>Draws what a run's minutes are like.</summary>
    public void Draw(RandomStream random)
    {
        for (var arm = 0; arm < _jittered.Length; arm++)
        {
            for (var minute = 0; minute < Minutes; minute++)
            {
                var isDifferent = arm == (int)Arm.Canary && SharedPlan.IsDifferent(_cell, minute * Clock.SlotsInMinute);
                var factor = Math.Exp(Deviation * random.Normal()) * (isDifferent ? _cell.Effect.Slowness : 1);
                var shape = isDifferent ? _cell.Shape.With(_cell.Effect) : _cell.Shape;
                Durations.Fill(_jittered[arm][minute], shape, factor, isDifferent ? _cell.Effect.TailShare : 0);
            }
        }
    }

    /// <summary>So many requests, each in its bucket; a share of them came while the pod stalled.</summary>
    public void Spread(RandomStream random, Arm arm, int pod, int slot, long requests, double stalledShare)
    {
        var stalled = stalledShare > 0 ? random.Binomial(requests, stalledShare) : 0;
        requests -= stalled;
        var shares = Shares(arm, pod, slot);
        var left = 1.0;
        for (var bucket = 0; bucket < _buckets.Length; bucket++)
        {
            var count = left <= shares[bucket] || bucket == _buckets.Length - 1 ? requests
                : random.Binomial(requests, shares[bucket] / left);
            _buckets[bucket] = count;
            requests -= count;
            left -= shares[bucket];
        }

        _buckets[StallBucket] += stalled;
    }

    /// <summary>Of what was spread last, those beyond the bound that the oracle looks at.</summary>
    public long Slow()
    {
        var slow = 0L;
        for (var bucket = _bound + 1; _bound >= 0 && bucket < _buckets.Length; bucket++) slow += _buckets[bucket];
        return slow;
    }

    private double[] Shares(Arm arm, int pod, int slot)
    {
        if (_jittered.Length > 0) return _jittered[(int)arm][slot / Clock.SlotsInMinute];
        return arm == Arm.Canary && SharedPlan.IsDifferent(_cell, slot) && (_cell.Onset != Onset.InOnePod || pod == 0) ? _different
            : _usual;
    }
}
