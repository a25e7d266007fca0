using System;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Judges;

/// <summary>
/// Wald's sequential probability ratio test of one who knows all but the answer: stable's rate at every moment, what the canary's would be,
/// and every request as it happens. It rolls back at odds of 100 to 1. Nobody can be much faster at that rate of false rollbacks.
/// </summary>
internal sealed class OracleJudge : IJudge
{
    private const double Alpha = 0.01;

    // A rate of one would leave no room for a single success.
    private const double NearlyAll = 0.9999;

    private Cell _cell = null!;
    private (int Bound, double Canary, double Stable) _slow;
    private double _log;
    private int _slot;

    public string Name => "oracle";

    public double? DeclaredRate => Alpha;

    public bool IsOracle => true;

    public void Begin(Cell cell)
    {
        if (!ReferenceEquals(cell, _cell)) _slow = cell.HasDurations ? DurationPlan.OracleBound(cell) : (-1, 0, 0);
        _cell = cell;
        _log = 0;
        _slot = Clock.SlotsUntil(cell.WarmUp);
    }

    public Verdict Look(World world, int look)
    {
        for (; _slot < Clock.SlotsUntil(look); _slot++)
        {
            var (requests, failed) = (world.Requests(Arm.Canary, _slot), world.Errors(Arm.Canary, _slot));
            _log += Log(requests, failed, world.Nominal(Arm.Canary, _slot), world.Nominal(Arm.Stable, _slot));
            if (_slow.Bound >= 0 && SharedPlan.IsDifferent(_cell, _slot))
                _log += Log(requests - failed, world.Slow(_slot), _slow.Canary, _slow.Stable);
        }

        if (_log >= -Math.Log(Alpha)) return Verdict.RolledBack;
        return look < Clock.Looks ? Verdict.Continue : Verdict.Promoted;
    }

    /// <summary>Log-likelihood ratio of a binomial count.</summary>
    private static double Log(long all, long events, double canary, double stable)
    {
        // A better canary is none of its business.
        if (canary <= stable) return 0;
        canary = Math.Min(canary, NearlyAll);
        return (events * Math.Log(canary / stable)) + ((all - events) * Math.Log((1 - canary) / (1 - stable)));
    }
}
