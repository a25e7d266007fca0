using System;
using System.Collections.Generic;
using System.Linq;

namespace Canary.JudgeBenchmark.Worlds;

/// <summary>One run of a rollout that nobody stops: what was scraped, which the judges may see, and what was true, which only the scores
/// and the oracle see. Filled anew for each run.</summary>
internal sealed class World
{
    private readonly long[,] _requests = new long[2, Clock.Slots];
    private readonly long[,] _errors = new long[2, Clock.Slots];
    private readonly double[,] _nominal = new double[2, Clock.Slots];
    private readonly long[] _slow = new long[Clock.Slots];

    public World(Cell cell)
    {
        Cell = cell;
        Shape = new SeriesShape(cell);
        Series = [.. Shape.Labels.Select(_ => new SeriesSamples())];
    }

    public Cell Cell { get; }

    public SeriesShape Shape { get; }

    /// <summary>In the order of <see cref="SeriesShape.Labels"/>.</summary>
    public IReadOnlyList<SeriesSamples> Series { get; }

    /// <summary>Number of the run, so that whoever remembers something of a world can tell that it is another.</summary>
    public int Run { get; private set; } = -1;

    /// <summary>Begin of the time in which the source does not answer; after the end of the world: it always does.</summary>
    public int OutageFrom { get; set; } = int.MaxValue;

    public int OutageTo { get; set; } = int.MaxValue;

    public bool IsAnswering(int at) => at < OutageFrom || at >= OutageTo;

    public void Clear(int run)
    {
        Run = run;
        OutageFrom = OutageTo = int.MaxValue;
        Array.Clear(_requests);
        Array.Clear(_errors);
        Array.Clear(_nominal);
        Array.Clear(_slow);
        foreach (var series in Series) series.Clear();
    }

    /// <summary>What happened in a slot.</summary>
    public void Count(Arm arm, int slot, long requests, long errors, long slow)
    {
        _requests[(int)arm, slot] += requests;
        _errors[(int)arm, slot] += errors;
        if (arm == Arm.Canary) _slow[slot] += slow;
    }

    /// <summary>Share of the requests that fail in a slot, of all pods together and without the noise of single windows, pods and
    /// storms.</summary>
    public void Expect(int slot, double canary, double stable)
    {
        _nominal[(int)Arm.Canary, slot] = canary;
        _nominal[(int)Arm.Stable, slot] = stable;
    }

    public long Requests(Arm arm, int slot) => _requests[(int)arm, slot];

    public long Errors(Arm arm, int slot) => _errors[(int)arm, slot];

    /// <summary>Requests of the canary that were slower than the bound that the oracle looks at.</summary>
    public long Slow(int slot) => _slow[slot];

    public double Nominal(Arm arm, int slot) => _nominal[(int)arm, slot];

    /// <summary>What the canary did until a look: its requests, those that failed, and how many of them were to be expected beyond stable's
    /// rate.</summary>
    public (long Requests, long Failed, double Excess) CanaryUntil(int look)
    {
        var (requests, failed, excess) = (0L, 0L, 0.0);
        for (var slot = Clock.Before; slot < Clock.SlotsUntil(look); slot++)
        {
            requests += _requests[0, slot];
            failed += _errors[0, slot];
            excess += _requests[0, slot] * (_nominal[0, slot] - _nominal[1, slot]);
        }

        return (requests, failed, excess);
    }
}
