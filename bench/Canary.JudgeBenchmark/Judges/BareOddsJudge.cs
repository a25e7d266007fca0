using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Statistics;
using Canary.Core.Units;
using Canary.JudgeBenchmark.Reading;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Judges;

/// <summary>
/// Canary's e-process alone, on the counts that production reads, with none of the rules against bursts, bad pods and holes: the price of
/// those rules is what stands between it and Canary's judge.
/// </summary>
internal sealed class BareOddsJudge(SimulatedPrometheus prometheus) : IJudge
{
    private readonly ProductionReading _reading = new(prometheus);
    private readonly Dictionary<string, RatioProcess> _processes = [];
    private RunSpec _spec = new([]);
    private MetricStatus[] _statuses = [];
    private EquatableArray<double>[][] _states = [];

    public string Name => "bare odds";

    public double? DeclaredRate => Comparison.DefaultAlpha;

    public bool IsRival => false;

    public void Begin(Cell cell)
    {
        _spec = ProductionReading.Spec(cell);
        _statuses = [.. AnalysisMachine.Start(_spec, RunStatus.New, Clock.Start).Metrics];
        _states = new EquatableArray<double>[_statuses.Length][];
        foreach (var metric in _spec.Metrics)
            _processes.TryAdd(metric.Name, new RatioProcess(metric.Name == nameof(RedSignal.Errors)
                ? RatioGrid.Errors(metric.Comparison!.Tolerate) : RatioGrid.Slowness(metric.Comparison!.Tolerate)));
    }

    public Verdict Look(World world, int look)
    {
        var now = Clock.Start.AddMilliseconds(look * Clock.Look);
        prometheus.Show(world, look * Clock.Look);
        for (var number = 0; number < _statuses.Length; number++)
            if (IsWorse(number, now)) return Verdict.RolledBack;
        return look < Clock.Looks ? Verdict.Continue : Verdict.Promoted;
    }

    private bool IsWorse(int number, DateTimeOffset now)
    {
        var metric = _spec.Metrics[number];
        var before = _statuses[number];
        var measured = _reading.Measure(metric, before, Clock.Start, now, now);
        var after = ComparisonJudge.Judge(metric, before, measured, Clock.Start).Evidence;
        _statuses[number] = before with { Evidence = after };
        if (after is null || after.Events.Count == 0) return false;
        var process = _processes[metric.Name];
        _states[number] ??= [.. Enumerable.Repeat(process.Start, after.Events.Count)];
        for (var bound = 0; bound < after.Events.Count; bound++)
            _states[number][bound] = process.Add(_states[number][bound], after.Requests - (before.Evidence?.Requests ?? 0),
                Growth(after.Events, before.Evidence?.Events, bound), after.StableRequests - (before.Evidence?.StableRequests ?? 0),
                Growth(after.StableEvents, before.Evidence?.StableEvents, bound));
        // The mean over the bounds is an e-process again.
        var odds = _states[number].Average(state => Math.Exp(Math.Min(RatioProcess.LogEvidence(state), 500)));
        return odds >= 1 / metric.Comparison!.Alpha;
    }

    private static long Growth(EquatableArray<long> after, EquatableArray<long>? before, int bound) =>
        after[bound] - (before is { } counts && bound < counts.Count ? counts[bound] : 0);
}
