using System.Collections.Generic;
using System.Linq;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark;

/// <summary>Cells after what happens to services: pods and nodes that differ, scrapes that are missing or double, errors that come
/// together, and versions that turn bad late or in part.</summary>
internal static class RealisticGrid
{
    private static readonly Schedule Tenth = Schedule.Constant(10);

    // The services that most worlds are shown with: errors come often enough in one to be seen, and are many in the other.
    private static readonly Cell Usual = new(100, 0.01, Tenth);
    private static readonly Cell Busy = new(1000, 0.001, Tenth);

    /// <summary>One or two of each kind of world: those that the standard grid has too.</summary>
    public static IEnumerable<Cell> Few() =>
    [
        .. DifferingPods().Where(cell => cell is { Noise: Noise.PodsDifferStrong, Rate: 1000 }), .. BadNodes(),
        .. UnscrapedIncidents().Where(cell => cell.GapMinutes == 3), .. Scrapes().Where(cell => cell.IsHarmless),
        .. Bursts().Where(cell => cell.IsHarmless), .. Wandering().Where(cell => cell.IsHarmless),
        .. ColdPods().Where(cell => cell.IsHarmless), .. Durations().Where(cell => cell.Rate >= 100), .. LateAndPartial(), .. Extremes(),
        .. OnePodEach().Where(cell => cell.IsHarmless),
    ];

    /// <summary>All of them.</summary>
    public static IEnumerable<Cell> All() =>
    [
        .. DifferingPods(), .. BadNodes(), .. UnscrapedIncidents(), .. Scrapes(), .. Bursts(), .. Wandering(), .. ColdPods(),
        .. Durations(), .. LateAndPartial(), .. Extremes(), .. OnePodEach(),
    ];

    private static IEnumerable<Cell> DifferingPods()
    {
        foreach (var (canary, stable) in new[] { (2, 4), (3, 27), (1, 3) })
        {
            foreach (var noise in new[] { Noise.PodsDifferMild, Noise.PodsDifferStrong })
            {
                var cell = Usual with { Noise = noise, CanaryPods = canary, StablePods = stable };
                yield return cell;
                yield return cell with { Rate = 1000 };
            }

            foreach (var cell in Regressions(Usual with { Noise = Noise.PodsDifferStrong, CanaryPods = canary, StablePods = stable }, 2, 5))
                yield return cell;
        }
    }

    private static IEnumerable<Cell> BadNodes()
    {
        var stable = new Cell(1000, 0.005, Tenth) { Noise = Noise.BadStablePod };
        yield return stable;
        foreach (var cell in Regressions(stable, 2, 3)) yield return cell;
        var nodes = stable with { Noise = Noise.BadNodes, CanaryPods = 3, StablePods = 30 };
        yield return nodes;
        foreach (var cell in Regressions(nodes, 2, 5)) yield return cell;
    }

    // With the same where nothing is missing beside them, and with the time of day.
    private static IEnumerable<Cell> UnscrapedIncidents()
    {
        foreach (var service in new[] { Usual, Busy })
            foreach (var noise in new[] { Noise.Incident, Noise.DayCycle })
                yield return service with { Noise = noise };
        foreach (var fault in new[] { WorldFault.CanaryUnscraped, WorldFault.StableUnscraped })
        {
            foreach (var minutes in new[] { 1, 3, 4 })
                foreach (var service in new[] { Usual, Busy })
                    yield return service with { Noise = Noise.Incident, Fault = fault, GapMinutes = minutes };
            foreach (var cell in Regressions(Usual with { Noise = Noise.Incident, Fault = fault, GapMinutes = 3 }, 2, 5)) yield return cell;
        }
    }

    private static IEnumerable<Cell> Scrapes()
    {
        foreach (var weight in new[] { 10, 1 })
        {
            var gaps = Usual with { Fault = WorldFault.ScrapeGaps, Schedule = Schedule.Constant(weight) };
            yield return gaps;
            yield return gaps with { Rate = 1000 };
            foreach (var cell in Regressions(gaps, 2, 5)) yield return cell;
        }

        foreach (var fault in new[] { WorldFault.ScrapedTwice, WorldFault.ScrapedThrice, WorldFault.ReplicaPair })
        {
            yield return Usual with { Fault = fault };
            yield return Busy with { Fault = fault };
            if (fault == WorldFault.ScrapedThrice) continue;
            foreach (var cell in Regressions(Busy with { Fault = fault }, 2, 5)) yield return cell;
        }
    }

    private static IEnumerable<Cell> Bursts()
    {
        foreach (var noise in new[] { Noise.MeshRetries, Noise.ClientLoops })
        {
            foreach (var cell in new[] { Usual with { Rate = 10 }, Usual, Busy }) yield return cell with { Noise = noise };
            foreach (var cell in Regressions(Busy with { Noise = noise }, 2, 5)) yield return cell;
        }

        yield return new Cell(1000, 0.01, Tenth) { Noise = Noise.MeshRetries };
        foreach (var noise in new[] { Noise.Stalls, Noise.Sessions })
        {
            yield return Usual with { Noise = noise };
            yield return Usual with { Noise = noise, Errors = 0.001 };
            foreach (var cell in Regressions(Usual with { Noise = noise }, 2, 5)) yield return cell;
        }
    }

    private static IEnumerable<Cell> Wandering()
    {
        foreach (var noise in new[] { Noise.WanderShort, Noise.WanderLong })
        {
            yield return Usual with { Noise = noise };
            yield return Usual with { Noise = noise, Rate = 1000 };
            foreach (var cell in Regressions(Usual with { Noise = noise }, 2, 5)) yield return cell;
        }
    }

    private static IEnumerable<Cell> ColdPods()
    {
        foreach (var service in new[] { Usual, Busy })
        {
            var cold = service with { Noise = Noise.ColdPods };
            yield return cold;
            yield return cold with { Schedule = Schedule.Ramp, IsGrowing = true, CanaryPods = 6 };
        }

        foreach (var cell in Regressions(Usual with { Noise = Noise.ColdPods }, 2, 5)) yield return cell;
        foreach (var cell in Regressions(Usual with { Noise = Noise.ColdPods, Schedule = Schedule.Ramp, IsGrowing = true, CanaryPods = 6 },
            2, 5)) yield return cell;
    }

    private static IEnumerable<Cell> Durations()
    {
        var measured = Busy with { Rate = 100, HasDurations = true };
        var uneven = measured with { Fault = WorldFault.UnevenBuckets };
        yield return uneven;
        foreach (var slowness in new[] { 1.25, 1.5 }) yield return uneven with { Effect = new WorldEffect(Slowness: slowness) };
        foreach (var rate in new double[] { 10, 100 })
        {
            var paths = measured with { Rate = rate, Shape = DurationShape.SlowPath };
            yield return paths;
            yield return paths with { Effect = new WorldEffect(SlowPathShare: 0.2) };
        }

        yield return measured with { Noise = Noise.Stalls };
        yield return measured with { Noise = Noise.Stalls, Effect = new WorldEffect(Slowness: 1.5) };
    }

    private static IEnumerable<Cell> LateAndPartial()
    {
        var ramp = Usual with { Schedule = Schedule.Ramp };
        yield return ramp;
        foreach (var cell in Regressions(ramp, 2, 5)) yield return cell with { Onset = Onset.AtFiftyPercent };
        foreach (var service in new[] { Usual, Busy })
        {
            yield return service with { CanaryPods = 3 };
            foreach (var cell in Regressions(service, 5, 20)) yield return cell with { Onset = Onset.InOnePod, CanaryPods = 3 };
        }
    }

    private static IEnumerable<Cell> Extremes()
    {
        var quiet = new Cell(0.05, 0.01, Schedule.Constant(50));
        yield return quiet;
        yield return quiet with { Effect = new WorldEffect(AddedErrors: 1) };
        var huge = new Cell(20_000, 0.001, Tenth);
        yield return huge;
        foreach (var cell in Regressions(huge, 2, 5)) yield return cell;
    }

    private static IEnumerable<Cell> OnePodEach()
    {
        foreach (var noise in new[] { Noise.Independent, Noise.RetryStorms, Noise.ClientLoops })
        {
            var alone = Usual with { Noise = noise, CanaryPods = 1, StablePods = 1 };
            yield return alone;
            yield return Busy with { Noise = noise, CanaryPods = 1, StablePods = 1 };
            foreach (var cell in Regressions(alone, 2, 5)) yield return cell;
        }
    }

    private static IEnumerable<Cell> Regressions(Cell cell, params double[] ratios) =>
        ratios.Select(ratio => cell with { Effect = new WorldEffect(ratio) });
}
