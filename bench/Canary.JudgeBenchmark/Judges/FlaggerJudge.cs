using Canary.JudgeBenchmark.Reading;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Judges;

/// <summary>Flagger's loop: every minute the success rate of the canary over a minute is at least 99 percent, and its p99 at most 500 ms;
/// the fifth failed check rolls back, and no data is a failed check.</summary>
internal sealed class FlaggerJudge(MinuteReading minute) : IJudge
{
    private const int Interval = 2;
    private const int Threshold = 5;
    private const double MostErrors = 0.01;
    private const double Slowest = 500;

    private int _failed;

    public string Name => "Flagger 99 %";

    public double? DeclaredRate => null;

    public void Begin(Cell cell) => _failed = 0;

    public Verdict Look(World world, int look)
    {
        if (look % Interval == 0 && !Passes(world, look)) _failed++;
        if (_failed >= Threshold) return Verdict.RolledBack;
        return look < Clock.Looks ? Verdict.Continue : Verdict.Promoted;
    }

    // Durations are cut to whole milliseconds, as Flagger does.
    private bool Passes(World world, int look) =>
        world.IsAnswering(look * Clock.Look)
        && minute.ErrorShare(world, Arm.Canary, look) <= MostErrors
        && (!world.Cell.HasDurations || minute.SlowestPercent(world, Arm.Canary, look) < Slowest + 1);
}
