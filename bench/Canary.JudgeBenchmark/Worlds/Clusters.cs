using System;
using System.Collections.Generic;
using Canary.JudgeBenchmark.Chance;

namespace Canary.JudgeBenchmark.Worlds;

/// <summary>Requests that do not come by themselves, each at its moment and its pod: three tries of a call, a client's loop, a user's
/// session.</summary>
internal sealed class Clusters
{
    private const int Tries = 3;
    private const int TriesLast = 1000;
    private const double LoopShare = 0.5;
    private const double LoopLength = 50;
    private const int LoopSpacing = 100;
    private const int SessionLength = 20;
    private const int SessionLasts = 60_000;
    private const double UserDeviation = 1.5;

    private readonly Cell _cell;
    private readonly RandomStream _random;
    private readonly SharedPlan _plan;
    private readonly World _world;
    private readonly List<(int At, bool IsFailed)>[,] _requests;

    public Clusters(Cell cell, RandomStream random, SharedPlan plan, World world)
    {
        (_cell, _random, _plan, _world) = (cell, random, plan, world);
        _requests = new List<(int, bool)>[IsUsed ? world.Shape.Pods : 0, Clock.Slots];
        for (var pod = 0; pod < _requests.GetLength(0); pod++)
            for (var slot = 0; slot < Clock.Slots; slot++) _requests[pod, slot] = [];
    }

    /// <summary>Share of the errors that come by themselves.</summary>
    public double SingleErrors => _cell.Noise switch
    {
        Noise.MeshRetries or Noise.Sessions => 0,
        Noise.ClientLoops => 1 - LoopShare,
        _ => 1,
    };

    /// <summary>All requests come in clusters.</summary>
    public bool AreAll => _cell.Noise == Noise.Sessions;

    private bool IsUsed => SingleErrors < 1;

    public void Draw()
    {
        if (!IsUsed) return;
        foreach (var requests in _requests) requests.Clear();
        for (var slot = 0; slot < Clock.Slots; slot++)
        {
            foreach (var arm in (ReadOnlySpan<Arm>)[Arm.Canary, Arm.Stable])
            {
                var expected = _plan.Traffic(arm, slot) * _plan.Pods(arm, slot) * Clock.Slot / 1000;
                Draw(arm, slot, expected, _plan.Rate(arm, slot, 0, 1));
            }
        }
    }

    /// <summary>Requests of a pod in a slot from a time to another, and how many of them failed.</summary>
    public (long Requests, long Failed) Between(int pod, int slot, int from, int to)
    {
        if (!IsUsed) return (0, 0);
        var (requests, failed) = (0L, 0L);
        foreach (var (at, isFailed) in _requests[pod, slot])
        {
            if (at < from || at >= to) continue;
            requests++;
            if (isFailed) failed++;
        }

        return (requests, failed);
    }

    private void Draw(Arm arm, int slot, double expected, double rate)
    {
        switch (_cell.Noise)
        {
            case Noise.MeshRetries:
                for (var calls = _random.Poisson(expected * rate / Tries); calls > 0; calls--) Call(arm, Moment(slot));
                break;
            case Noise.ClientLoops:
                for (var loops = _random.Poisson(expected * rate * LoopShare / LoopLength); loops > 0; loops--) Loop(arm, Moment(slot));
                break;
            default:
                for (var sessions = _random.Poisson(expected / SessionLength); sessions > 0; sessions--) Session(arm, Moment(slot), rate);
                break;
        }
    }

    private void Call(Arm arm, int at)
    {
        for (var tried = 0; tried < Tries; tried++) Add(Pod(arm, at), at + (tried == 0 ? 0 : _random.Below(TriesLast)), true);
    }

    private void Loop(Arm arm, int at)
    {
        var length = 1 + (int)(Math.Log(1 - _random.Uniform()) / Math.Log(1 - (1 / LoopLength)));
        var pod = Pod(arm, at);
        for (var sent = 0; sent < length; sent++) Add(pod, at + (sent * LoopSpacing), true);
    }

    private void Session(Arm arm, int at, double rate)
    {
        var own = Math.Min(1, rate * Math.Exp((UserDeviation * _random.Normal()) - (UserDeviation * UserDeviation / 2)));
        var failed = _random.Binomial(SessionLength, own);
        for (var sent = 0; sent < SessionLength; sent++) Add(Pod(arm, at), at + _random.Below(SessionLasts), sent < failed);
    }

    private int Moment(int slot) => Clock.StartOf(slot) + _random.Below(Clock.Slot);

    private int Pod(Arm arm, int at) => _world.Shape.PodsOf(arm).First + _random.Below(_plan.Pods(arm, SlotOf(at)));

    // What is after the end of the world is nobody's business.
    private void Add(int pod, int at, bool isFailed)
    {
        var slot = SlotOf(at);
        if (slot < Clock.Slots) _requests[pod, slot].Add((at - Clock.StartOf(slot), isFailed));
    }

    private static int SlotOf(int at) => (at + (Clock.Before * Clock.Slot)) / Clock.Slot;
}
