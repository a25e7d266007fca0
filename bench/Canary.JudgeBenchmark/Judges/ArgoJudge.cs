using System;
using Canary.JudgeBenchmark.Reading;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Judges;

/// <summary>
/// An AnalysisRun of Argo Rollouts with one condition: more failed measurements than <c>failureLimit</c>, or five errors in a row ten
/// seconds apart (an index into an empty vector is one), abort it.
/// </summary>
/// <param name="name">Name in the tables.</param>
/// <param name="interval">Looks between two measurements.</param>
/// <param name="failureLimit">Failed measurements that are tolerated.</param>
/// <param name="isGood">The condition on a measurement; null: there is nothing to apply it to.</param>
internal sealed class ArgoJudge(string name, int interval, int failureLimit, Func<World, int, bool?> isGood) : IJudge
{
    private const int ErrorLimit = 4;
    private const int RetriesInALook = 3;

    private int _failed;
    private int _errors;
    private bool _isRetried;

    public string Name => name;

    public double? DeclaredRate => null;

    /// <summary>Success rate of the canary at least 95 percent, over five minutes, every five minutes, three failures tolerated.</summary>
    public static ArgoJudge Loose() => new("Argo 95 %", 10, 3, static (world, look) => Succeeds(world, look, 300_000, 0.95));

    /// <summary>Success rate of the canary at least 99 percent, over a minute, every minute, none tolerated.</summary>
    public static ArgoJudge Strict() => new("Argo 99 %", 2, 0, static (world, look) => Succeeds(world, look, 60_000, 0.99));

    /// <summary>Error rate of the canary at most 1.5 times stable's, over a minute, every minute, none tolerated.</summary>
    public static ArgoJudge Relative(MinuteReading minute) => new("Argo 1.5x", 2, 0, (world, look) =>
        (minute.ErrorShare(world, Arm.Canary, look), minute.ErrorShare(world, Arm.Stable, look)) is ({ } canary, { } stable)
        ? canary <= 1.5 * stable : null);

    public void Begin(Cell cell) => (_failed, _errors, _isRetried) = (0, 0, false);

    public Verdict Look(World world, int look)
    {
        if (look % interval == 0 || _isRetried)
        {
            var verdict = world.IsAnswering(look * Clock.Look) ? isGood(world, look) : null;
            _errors = verdict is null ? _errors + (_isRetried ? RetriesInALook : 1) : 0;
            _isRetried = verdict is null;
            if (verdict == false) _failed++;
            if (_failed > failureLimit || _errors > ErrorLimit) return Verdict.RolledBack;
        }

        return look < Clock.Looks ? Verdict.Continue : Verdict.Promoted;
    }

    // Zero by zero is NaN, which no condition holds for.
    private static bool? Succeeds(World world, int look, int window, double least) =>
        ArmReading.Requests(world, Arm.Canary, look * Clock.Look, window) is { } requests
            ? requests > 0 && 1 - (ArmReading.Errors(world, Arm.Canary, look * Clock.Look, window) / requests) >= least
            : null;
}
