using System;
using System.Collections.Generic;
using System.Linq;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark;

/// <summary>Which cells are run. Those in which a rollback is false get twice the runs, since rates of a percent are asked of them; those
/// with durations get fewer, since they take much longer.</summary>
internal static class Grids
{
    private const double DurationShare = 0.4;

    private static readonly Schedule Tenth = Schedule.Constant(10);

    // Traffic and errors of services as different as there are.
    private static readonly (double Rate, double Errors)[] Services =
        [(10, 0.001), (10, 0.01), (100, 0.0001), (100, 0.001), (100, 0.01), (1000, 0.001)];

    /// <summary>Seconds: the worst of each kind.</summary>
    public static IReadOnlyList<CellPlan> Smoke(int runs) => Planned(runs, SmokeCells());

    /// <summary>Minutes: what is published.</summary>
    public static IReadOnlyList<CellPlan> Standard(int runs) =>
        Planned(runs, [.. Harmless(), .. Regressions(), .. WithDurations(), .. Faulty(), .. RealisticGrid.Few()]);

    /// <summary>Minutes: what happens to services, and all of it.</summary>
    public static IReadOnlyList<CellPlan> Realistic(int runs) => Planned(runs, RealisticGrid.All());

    /// <summary>Hours: every combination of traffic, errors, schedule and regression beside the standard cells.</summary>
    public static IReadOnlyList<CellPlan> Full(int runs) =>
        Planned(runs, [.. Harmless(), .. Regressions(), .. WithDurations(), .. Faulty(), .. RealisticGrid.All(), .. Crossed()]);

    private static List<CellPlan> Planned(int runs, IEnumerable<Cell> cells) =>
        [.. cells.DistinctBy(cell => cell.Name)
            .Select(cell =>
                new CellPlan(cell, Math.Max(1, (int)(runs * (cell.HasDurations ? DurationShare : 1) * (cell.IsHarmless ? 2 : 1)))))];

    private static IEnumerable<Cell> SmokeCells()
    {
        yield return new Cell(100, 0.001, Tenth);
        yield return new Cell(1000, 0.01, Schedule.Ramp);
        yield return new Cell(1000, 0.001, Tenth) { Noise = Noise.Incident };
        yield return new Cell(100, 0.01, Tenth) { Noise = Noise.DayCycle };
        yield return new Cell(1000, 0.001, Tenth) { Noise = Noise.GammaStrong };
        foreach (var ratio in new[] { 2.0, 5, 10 }) yield return new Cell(100, 0.001, Tenth) { Effect = new WorldEffect(ratio) };
        yield return new Cell(100, 0.001, Tenth) { Effect = new WorldEffect(AddedErrors: 1) };
        yield return new Cell(100, 0.01, Tenth) { Noise = Noise.MeshRetries };
        yield return new Cell(1000, 0.001, Tenth) { Fault = WorldFault.ScrapedTwice };
        yield return new Cell(100, 0.01, Schedule.Ramp) { Effect = new WorldEffect(5), Onset = Onset.AtFiftyPercent };
        yield return new Cell(100, 0.001, Tenth) { Fault = WorldFault.NoCanaryTraffic };
        yield return new Cell(100, 0.001, Tenth) { Fault = WorldFault.Idle };
        yield return new Cell(100, 0.001, Tenth) { Fault = WorldFault.Outage };
        yield return new Cell(100, 0.001, Tenth) { Effect = new WorldEffect(Slowness: 1.5), HasDurations = true };
    }

    private static IEnumerable<Cell> Harmless()
    {
        foreach (var rate in new double[] { 1, 10, 100, 1000, 10000 })
            foreach (var errors in new[] { 0.0001, 0.001, 0.005, 0.01, 0.05 })
                yield return new Cell(rate, errors, Tenth);
        foreach (var schedule in Schedules().Where(schedule => schedule != Tenth))
            foreach (var (rate, errors) in new[] { (100, 0.005), (1000, 0.001) })
                yield return new Cell(rate, errors, schedule);
        foreach (var noise in new[] { Noise.Incident, Noise.DayCycle })
        {
            foreach (var (rate, errors) in new[] { (10, 0.001), (10, 0.01), (100, 0.001), (100, 0.01), (1000, 0.001),
                (1000, 0.01) }) yield return new Cell(rate, errors, Tenth) { Noise = noise };
            yield return new Cell(100, 0.01, Schedule.Ramp) { Noise = noise };
        }

        foreach (var noise in new[] { Noise.GammaMild, Noise.GammaStrong })
        {
            foreach (var (rate, errors) in new[] { (10, 0.01), (100, 0.001), (100, 0.01), (1000, 0.001),
                (1000, 0.01) }) yield return new Cell(rate, errors, Tenth) { Noise = noise };
            yield return new Cell(100, 0.01, Schedule.Ramp) { Noise = noise };
        }

        foreach (var (rate, errors) in new[] { (100, 0.001), (100, 0.01), (1000, 0.001) })
        {
            yield return new Cell(rate, errors, Tenth) { Noise = Noise.PodSpread };
            yield return new Cell(rate, errors, Tenth) { Noise = Noise.RetryStorms };
        }

        yield return new Cell(10, 0.001, Tenth) { Noise = Noise.RetryStorms };
        yield return new Cell(100, 0.001, Tenth) { Noise = Noise.ColdStart, WarmUp = 4 };
        yield return new Cell(100, 0.01, Tenth) { Noise = Noise.ColdStart, WarmUp = 4 };
        yield return new Cell(100, 0.01, Tenth) { Noise = Noise.ColdStart };
        yield return new Cell(100, 0.01, Tenth) { Effect = new WorldEffect(0.5) };
    }

    private static IEnumerable<Cell> Regressions()
    {
        foreach (var (rate, errors) in Services)
            foreach (var ratio in new[] { 1.1, 1.25, 1.5, 2, 3, 5, 10, 20 })
                yield return new Cell(rate, errors, Tenth) { Effect = new WorldEffect(ratio) };
        foreach (var (rate, errors) in new[] { (100, 0.001), (1000, 0.001) })
            foreach (var ratio in new[] { 1.5, 2, 5, 10 })
                yield return new Cell(rate, errors, Schedule.Ramp) { Effect = new WorldEffect(ratio) };
        foreach (var added in new[] { 0.005, 0.01, 1 })
            yield return new Cell(100, 0.001, Tenth) { Effect = new WorldEffect(AddedErrors: added) };
        yield return new Cell(1, 0.001, Tenth) { Effect = new WorldEffect(AddedErrors: 1) };
        foreach (var (rate, errors) in new[] { (100, 0.001), (1000, 0.001) })
        {
            yield return new Cell(rate, errors, Tenth) { Effect = new WorldEffect(5), Onset = Onset.AfterTwentyMinutes };
            yield return new Cell(rate, errors, Schedule.Ramp) { Effect = new WorldEffect(5), Onset = Onset.AtThirtyPercent };
            yield return new Cell(rate, errors, Tenth) { Effect = new WorldEffect(10), Onset = Onset.InOnePod, CanaryPods = 3 };
        }

        foreach (var ratio in new[] { 2.0, 5 })
        {
            yield return new Cell(100, 0.01, Tenth) { Effect = new WorldEffect(ratio), Noise = Noise.GammaStrong };
            yield return new Cell(1000, 0.001, Tenth) { Effect = new WorldEffect(ratio), Noise = Noise.RetryStorms };
            yield return new Cell(100, 0.01, Tenth) { Effect = new WorldEffect(ratio), Noise = Noise.Incident };
        }
    }

    private static IEnumerable<Cell> WithDurations()
    {
        var quiet = new Cell(10, 0.001, Tenth) { HasDurations = true };
        var busy = quiet with { Rate = 100 };
        foreach (var cell in new[] { quiet, busy, busy with { Shape = DurationShape.Bimodal }, busy with { Noise = Noise.JitterMild },
            busy with { Noise = Noise.JitterStrong }, busy with { Effect = new WorldEffect(Slowness: 0.8) } }) yield return cell;
        foreach (var slowness in new[] { 1.05, 1.1, 1.25, 1.5, 2 }) yield return busy with { Effect = new WorldEffect(Slowness: slowness) };
        foreach (var tail in new[] { 0.005, 0.02 }) yield return busy with { Effect = new WorldEffect(TailShare: tail) };
        foreach (var slowness in new[] { 1.25, 1.5 }) yield return quiet with { Effect = new WorldEffect(Slowness: slowness) };
        yield return busy with { Effect = new WorldEffect(Slowness: 1.5), Shape = DurationShape.Bimodal };
    }

    private static IEnumerable<Cell> Faulty()
    {
        var plain = new Cell(100, 0.001, Tenth);
        foreach (var fault in new[] { WorldFault.MissedScrapes, WorldFault.Outage, WorldFault.Resets })
        {
            yield return plain with { Fault = fault };
            yield return plain with { Fault = fault, Rate = 1000, Errors = 0.01 };
            yield return plain with { Fault = fault, Effect = new WorldEffect(5) };
        }

        yield return plain with { Fault = WorldFault.NoCanaryTraffic };
        yield return plain with { Fault = WorldFault.Idle };
    }

    private static IEnumerable<Cell> Crossed() =>
        from rate in new double[] { 1, 10, 100, 1000, 10000 }
        from errors in new[] { 0.0001, 0.001, 0.005, 0.01, 0.05 }
        from schedule in Schedules()
        from ratio in new[] { 1, 1.1, 1.25, 1.5, 2, 3, 5, 10, 20 }
        where errors * ratio <= 0.5
        select new Cell(rate, errors, schedule) { Effect = new WorldEffect(ratio) };

    private static IEnumerable<Schedule> Schedules() =>
        [Schedule.Constant(1), Schedule.Constant(5), Tenth, Schedule.Constant(25), Schedule.Constant(50), Schedule.Ramp,
            Schedule.SteepRamp];
}
