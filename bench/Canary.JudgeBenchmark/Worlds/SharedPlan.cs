using System;
using System.Linq;
using Canary.JudgeBenchmark.Chance;

namespace Canary.JudgeBenchmark.Worlds;

/// <summary>What all pods of a run share: the traffic, and how much of it fails, slot by slot.</summary>
internal sealed class SharedPlan(Cell cell, RandomStream random)
{
    private const double IncidentErrors = 0.1;
    private const int IncidentSlots = 8;
    private const double WanderDeviation = 0.3;

    private readonly double[] _traffic = new double[Clock.Slots];
    private readonly double[] _cycle = new double[Clock.Slots];
    private readonly double[] _incident = new double[Clock.Slots];
    private readonly double[,] _multiplier = new double[2, Clock.Slots];
    private readonly double[] _wander = new double[2];

    /// <summary>Slot in the middle of the incident, or of the hour where there is none.</summary>
    public int Middle { get; private set; }

    // Minutes over which the logarithm of a rate is correlated; 0: it does not wander.
    private double WanderMinutes => cell.Noise == Noise.WanderShort ? 5 : cell.Noise == Noise.WanderLong ? 15 : 0;

    /// <summary>The canary is different in this slot, leaving aside in which of its pods.</summary>
    public static bool IsDifferent(Cell cell, int slot) => slot >= Clock.Before && cell.Onset switch
    {
        Onset.AtStart or Onset.InOnePod => true,
        Onset.AfterTwentyMinutes => Clock.StartOf(slot) >= 1_200_000,
        Onset.AtThirtyPercent => cell.Schedule.WeightAt(Clock.StartOf(slot)) >= 0.3,
        Onset.AtFiftyPercent => cell.Schedule.WeightAt(Clock.StartOf(slot)) >= 0.5,
    };

    public void Draw(World world)
    {
        var phase = random.Uniform() * 2 * Math.PI;
        var incidentAt = cell.Noise == Noise.Incident ? Clock.Before + random.Below(Clock.Slots - Clock.Before - IncidentSlots)
            : int.MaxValue;
        Middle = (cell.Noise == Noise.Incident ? incidentAt : Clock.Before + ((Clock.Slots - Clock.Before) / 2)) + (IncidentSlots / 2);
        for (var slot = 0; slot < Clock.Slots; slot++)
        {
            _cycle[slot] = cell.Noise == Noise.DayCycle ? 1 + (0.5 * Math.Sin(phase + (2 * Math.PI * slot * Clock.Slot / Clock.Length)))
                : 1;
            _traffic[slot] = cell.Fault == WorldFault.Idle ? 0 : cell.Rate * _cycle[slot];
            _incident[slot] = slot >= incidentAt && slot < incidentAt + IncidentSlots ? IncidentErrors : 0;
            for (var arm = 0; arm < 2; arm++) _multiplier[arm, slot] = Multiplier(arm, slot);
            var stable = Math.Min(1, (cell.Errors * _cycle[slot]) + _incident[slot]);
            world.Expect(slot, Enumerable.Range(0, cell.CanaryPods)
                .Average(pod => CanaryRate(slot, pod, cell.Errors * _cycle[slot])), stable);
        }
    }

    /// <summary>Requests a second to one of the pods that an arm has.</summary>
    public double Traffic(Arm arm, int slot) => _traffic[slot] * (Share(arm, slot) / Pods(arm, slot));

    /// <summary>Pods of the arm that serve in a slot: the first ones.</summary>
    public int Pods(Arm arm, int slot) => arm == Arm.Stable ? cell.StablePods
        : cell.IsGrowing ? Math.Min(cell.CanaryPods, cell.Schedule.StepAt(Clock.StartOf(slot)) + 1) : cell.CanaryPods;

    /// <summary>Share of a pod's requests that fail.</summary>
    /// <param name="arm">The arm of the pod.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="pod">Number of the pod among all.</param>
    /// <param name="own">How many times as many as in others of its arm.</param>
    public double Rate(Arm arm, int slot, int pod, double own)
    {
        var errors = cell.Errors * _cycle[slot] * own * _multiplier[(int)arm, slot];
        return arm == Arm.Canary ? CanaryRate(slot, pod, errors) : Math.Min(1, errors + _incident[slot]);
    }

    private double CanaryRate(int slot, int pod, double errors)
    {
        var isWorse = IsDifferent(cell, slot) && (cell.Onset != Onset.InOnePod || pod == 0);
        return Math.Min(1, (isWorse ? (errors * cell.Effect.ErrorRatio) + cell.Effect.AddedErrors : errors) + _incident[slot]);
    }

    private double Share(Arm arm, int slot)
    {
        if (slot < Clock.Before) return arm == Arm.Stable ? 1 : 0;
        var weight = cell.Schedule.WeightAt(Clock.StartOf(slot));
        if (arm == Arm.Stable) return 1 - weight;
        return cell.Fault == WorldFault.NoCanaryTraffic ? 0 : weight;
    }

    private double Multiplier(int arm, int slot)
    {
        if (WanderMinutes > 0) return Wander(arm, slot);
        var variation = cell.Noise == Noise.GammaMild ? 0.2 : cell.Noise == Noise.GammaStrong ? 0.5 : 0;
        if (variation == 0) return 1;
        var isNew = slot == 0 || (slot - Clock.Before) % Clock.SlotsInMinute == 0;
        return isNew ? random.GammaOfMeanOne(variation) : _multiplier[arm, slot - 1];
    }

    // A stationary process of Ornstein and Uhlenbeck, read once a slot; its exponential has the mean 1.
    private double Wander(int arm, int slot)
    {
        var kept = Math.Exp(-Clock.Slot / (WanderMinutes * 60_000));
        _wander[arm] = slot == 0 ? random.Normal() : (kept * _wander[arm]) + (Math.Sqrt(1 - (kept * kept)) * random.Normal());
        return Math.Exp((WanderDeviation * _wander[arm]) - (WanderDeviation * WanderDeviation / 2));
    }
}
