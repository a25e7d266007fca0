using System;
using System.Collections.Generic;
using Canary.JudgeBenchmark.Chance;

namespace Canary.JudgeBenchmark.Worlds;

/// <summary>What is one pod's own in a run: when it is scraped, when it restarts, and how its errors differ from those of others.</summary>
internal sealed class PodPlan(Cell cell, RandomStream random, SharedPlan plan, World world)
{
    private const double PodDeviation = 0.1;
    private const double BadNode = 5;
    private const double BadShare = 0.1;
    private const double RestartChance = 0.05;
    private const double YoungFactor = 10;
    private const int StallLasts = 15_000;
    private const double StallEvery = 1_200_000;
    private const int GapLasts = 240_000;

    private readonly List<(int From, int To)> _gaps = [];
    private readonly List<int> _stalls = [];
    private int _pod;
    private double _own;
    private int _restart;
    private int _otherRestart;
    private double _missed;
    private int _bornAt;

    /// <summary>The scrapes of a slot in their order: how long after its beginning, and by whom.</summary>
    public List<(int Phase, int Scraper)> Scrapes { get; } = [];

    private Arm Arm => world.Shape.ArmOf(_pod);

    private bool IsEverCold => cell.Noise is Noise.ColdStart or Noise.ColdPods;

    private int YoungSlots => cell.Noise == Noise.ColdPods ? 8 : 6;

    public void Draw(int pod)
    {
        _pod = pod;
        Scrapes.Clear();
        for (var scraper = 0; scraper < world.Shape.Scrapers; scraper++) Scrapes.Add((random.Below(Clock.Slot), scraper));
        Scrapes.Sort();
        _own = Own();
        (_restart, _otherRestart) = DrawRestarts();
        _missed = cell.Fault == WorldFault.MissedScrapes ? 0.05 : 0.005;
        _bornAt = Arm == Arm.Stable ? -YoungSlots : FirstSlot();
        DrawGaps();
        DrawStalls();
    }

    /// <summary>It serves in this slot.</summary>
    public bool IsThere(int slot) => _pod - world.Shape.PodsOf(Arm).First < plan.Pods(Arm, slot);

    /// <summary>It restarts where this slot begins. To be asked of one slot after the other.</summary>
    public bool Restarts(int slot)
    {
        if (slot != _restart && slot != _otherRestart) return false;
        _bornAt = Math.Max(_bornAt, slot);
        return true;
    }

    /// <summary>How many times as many errors as others it has in a slot.</summary>
    public double Factor(int slot) => _own * (IsEverCold && slot - _bornAt < YoungSlots ? YoungFactor : 1);

    /// <summary>A scrape at this time succeeds.</summary>
    public bool IsScraped(int at)
    {
        if (random.Uniform() < _missed) return false;
        foreach (var (from, to) in _gaps)
            if (at >= from && at < to) return false;
        return true;
    }

    /// <summary>Share of a time in which it stalls.</summary>
    public double Stalled(int from, int to)
    {
        var stalled = 0;
        foreach (var stall in _stalls) stalled += Math.Max(0, Math.Min(to, stall + StallLasts) - Math.Max(from, stall));
        return to > from ? stalled / (double)(to - from) : 0;
    }

    private int FirstSlot()
    {
        var slot = Clock.Before;
        while (slot < Clock.Slots && !IsThere(slot)) slot++;
        return slot;
    }

    private double Own()
    {
        var (first, end) = world.Shape.PodsOf(Arm);
        return cell.Noise switch
        {
            Noise.PodSpread => Math.Max(0, 1 + (PodDeviation * random.Normal())),
            Noise.PodsDifferMild => random.LogNormalOfMeanOne(0.2),
            Noise.PodsDifferStrong => random.LogNormalOfMeanOne(0.3),
            Noise.BadStablePod => Arm == Arm.Stable && _pod == end - 1 ? BadNode : 1,
            Noise.BadNodes => (Arm == Arm.Canary ? _pod == first : _pod >= end - (BadShare * (end - first))) ? BadNode : 1,
            _ => 1,
        };
    }

    private (int One, int Other) DrawRestarts()
    {
        if (cell.Fault == WorldFault.Resets) return (At(), At());
        return (random.Uniform() < RestartChance || (cell.Noise == Noise.ColdStart && random.Uniform() < 0.25) ? At() : -1, -1);

        int At() => Clock.Before + 1 + random.Below(Clock.Slots - Clock.Before - 1);
    }

    private void DrawGaps()
    {
        _gaps.Clear();
        if (cell.Fault == WorldFault.ScrapeGaps)
        {
            for (var gaps = random.Poisson(1); gaps > 0; gaps--)
            {
                var from = random.Below(Clock.Length);
                _gaps.Add((from, from + GapLasts));
            }
        }

        if (cell.Fault != (Arm == Arm.Canary ? WorldFault.CanaryUnscraped : WorldFault.StableUnscraped)) return;
        var middle = Clock.StartOf(plan.Middle);
        _gaps.Add((middle - (cell.GapMinutes * 30_000), middle + (cell.GapMinutes * 30_000)));
    }

    // Each time that passes until the next one is exponential.
    private void DrawStalls()
    {
        _stalls.Clear();
        if (cell.Noise != Noise.Stalls) return;
        for (var at = Next(Clock.StartOf(0)); at < Clock.Length; at = Next(at)) _stalls.Add(at);

        int Next(int at) => (int)(at + StallLasts - (StallEvery * Math.Log(1 - random.Uniform())));
    }
}
