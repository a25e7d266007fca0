using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Red;
using Canary.Core.Analysis.Reporting;
using Canary.Core.Statistics.Kayenta;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>Gives a look at both sides its verdict, and carries the evidence on.</summary>
public static class ComparisonJudge
{
    /// <summary>How far back a look reads where queries have failed for so long that they hold the rollout: what is too much to be answered
    /// must not become more with every tick that fails.</summary>
    public static readonly TimeSpan MostBehind = TimeSpan.FromMinutes(15);

    /// <summary>The verdict on what both sides answered, and what is known now.</summary>
    /// <param name="metric">What is compared, and how.</param>
    /// <param name="before">What was known before.</param>
    /// <param name="finished">The answers.</param>
    /// <param name="startedAt">Start of the run: nothing before it is counted.</param>
    public static MetricJudgement Judge(MetricSpec metric, MetricStatus before, FinishedMeasurement finished, DateTimeOffset startedAt)
    {
        var problem = (finished.Answer, finished.Baseline) switch
        {
            (MetricAnswer.Faulted faulted, _) => faulted.Reason,
            (_, MetricAnswer.Faulted faulted) => $"stable: {faulted.Reason}",
            (MetricAnswer.Matrix, MetricAnswer.Matrix) => null,
            (MetricAnswer.Matrix, null) when metric.Comparison!.Objective is not null => null,
            _ when metric.Comparison!.Objective is not null => "the answer holds no series of samples, which an objective needs",
            _ => "the answer holds no series of samples; a comparison needs those of both sides",
        };
        if (problem is not null) return Kept(before, RunPhase.Error, new JudgementReason.NoAnswer(problem));
        var (canary, stable) = ((MetricAnswer.Matrix)finished.Answer, finished.Baseline as MetricAnswer.Matrix ?? Nothing);
        if (metric.Comparison!.Judge == ComparisonKind.MannWhitney)
            return MannWhitney(metric, before, canary, stable, finished.DueAt, startedAt);
        var (judgement, evidence) = Sequential(metric, before, canary, stable, finished.DueAt, startedAt);
        return judgement with { Evidence = evidence, Samples = Seen(before.Evidence, evidence), Finding = before.Classified };
    }

    private static readonly MetricAnswer.Matrix Nothing = new([], []);

    private static double? Seen(Evidence? before, Evidence after) =>
        ReferenceEquals(before, after) ? null : after.Requests - (before?.Requests ?? 0);

    /// <summary>All that was seen speaks for going on, whatever the last window lacked. What earlier runs saw counts, and is not enough
    /// without a look of this one.</summary>
    public static bool IsGood(MetricSpec metric, MetricStatus status) =>
        status.Evidence is { Windows: > 0, CountedTo: not null } evidence
        && Stand(metric, evidence with { Gap = "" }) == RunPhase.Successful;

    private static RunPhase Stand(MetricSpec metric, Evidence evidence) => metric.Comparison!.Objective is null
        ? SequentialJudge.Stand(metric, evidence) : ObjectiveJudge.Stand(metric, evidence);

    /// <summary>Beginning of the window that a tick looks at: the end of the last one that was counted, or the start of the run; after a
    /// hold by errors at most <see cref="MostBehind"/>, or two intervals, before its end.</summary>
    /// <param name="metric">What is compared.</param>
    /// <param name="before">What was counted before; null: nothing.</param>
    /// <param name="startedAt">Start of the run.</param>
    /// <param name="dueAt">The tick.</param>
    public static DateTimeOffset WindowStart(MetricSpec metric, MetricStatus? before, DateTimeOffset startedAt, DateTimeOffset dueAt)
    {
        var from = LastEnd(metric, before?.Evidence, startedAt);
        if (before is null || metric.Comparison is not { Judge: ComparisonKind.Sequential } comparison
            || !MetricCount.IsHeld(metric, before)) return from;
        var most = metric.Interval is { } interval && 2 * interval > MostBehind ? 2 * interval : MostBehind;
        var earliest = WindowEnd(comparison, dueAt).After(-most);
        return earliest > from ? earliest : from;
    }

    // Where counting goes on: behind the last window that was counted, or where the run begins to look.
    private static DateTimeOffset LastEnd(MetricSpec metric, Evidence? evidence, DateTimeOffset startedAt) =>
        evidence?.CountedTo ?? startedAt.After(metric.InitialDelay);

    /// <summary>What the evidence lacks before the canary may get more traffic, or all of it; empty: nothing. In words that stay the same
    /// while it grows.</summary>
    public static string Lacks(MetricSpec metric, Evidence? evidence, bool isFull) =>
        evidence is not { Windows: > 0, CountedTo: not null } ? "has seen nothing yet"
        : metric.Comparison!.Objective is not null
            ? ObjectiveText.DescribeMissing(ObjectiveJudge.FindLack(metric, evidence, isFull), isFull)
        : EvidenceText.DescribeMissing(SequentialJudge.FindLack(metric, evidence, isFull), isFull);

    /// <summary>End of the window that a tick looks at.</summary>
    public static DateTimeOffset WindowEnd(Comparison comparison, DateTimeOffset dueAt) => dueAt.After(-comparison.Lag);

    /// <summary>The bounds that are compared, in milliseconds.</summary>
    internal static EquatableArray<double> Bounds(MetricSpec metric) =>
        metric.Comparison!.Bounds.Count > 0 ? metric.Comparison.Bounds : metric.Provider is ProviderSpec.Red red
        ? RedPreset.Find(red.Preset)?.Bounds ?? [] : [];

    private static (MetricJudgement Judgement, Evidence Evidence) Sequential(MetricSpec metric, MetricStatus status,
        MetricAnswer.Matrix canary, MetricAnswer.Matrix stable, DateTimeOffset dueAt, DateTimeOffset startedAt)
    {
        if (metric.Provider is not ProviderSpec.Red red || RedPreset.Find(red.Preset) is not { } preset) throw new UnreachableException();
        var before = status.Evidence ?? Evidence.None;
        var to = WindowEnd(metric.Comparison!, dueAt);
        var last = LastEnd(metric, before, startedAt);
        var from = WindowStart(metric, status, startedAt, dueAt);
        // It was counted before: its tick is new, its window is not.
        if (to <= from) return (Verdict(metric, before, stable, canary.Warnings, null), before);
        var isResumed = from > last;
        var reading = new CounterReading(preset, red.Signal, Bounds(metric), metric.Comparison!.Warmup);
        var notes = new HashSet<string>(canary.Warnings, StringComparer.Ordinal);
        (canary, stable) = NativeCounters.Convert(preset, red.Signal, Bounds(metric), canary, stable, notes);
        var next = before;
        double? share = null;
        // Where pods ended within it, the time since the last look is more than one window.
        for (var begin = from; begin < to;)
        {
            var window = reading.Read(canary, stable, next, begin, to, isResumed && begin == from);
            if (FindProblem(metric, window, before, canary, stable, isResumed, last) is { } problem)
            {
                // What comes after what was counted is the next look's.
                if (begin > from) break;
                return (new(RunPhase.Error, new JudgementReason.NoAnswer(problem)), before);
            }

            notes.UnionWith(window.Notes);
            next = metric.Comparison.Objective is null ? EvidenceSum.Add(metric, next, window, begin, window.End)
                : ObjectiveSum.Add(metric, next, window, begin, window.End);
            if (window.WaitsFor is not null) break;
            if (window.Canary.Requests > 0)
                share = window.Canary.Events[metric.Comparison.Objective is not null ? 0
                    : Math.Min(SequentialJudge.MostTelling(metric, next), window.Canary.Events.Count - 1)]
                    / (double)window.Canary.Requests;
            begin = window.End;
        }

        return (Verdict(metric, next, stable, [.. notes], share), next);
    }

    // Why nothing of the window can be counted; null: it can.
    private static string? FindProblem(MetricSpec metric, WindowCounts window, Evidence before, MetricAnswer.Matrix canary,
        MetricAnswer.Matrix stable, bool isResumed, DateTimeOffset last)
    {
        if (window.Problem is { } problem) return problem;
        // Where there was traffic and what was before is not read again, nothing at all is no idle service: the hold goes on.
        var isLost = isResumed && before.Windows > 0 && canary.Series.Count + stable.Series.Count == 0;
        if (metric.Comparison!.Objective is not null)
        {
            if (window.IsBlind || isLost)
                return string.Create(CultureInfo.InvariantCulture, $"no series of the canary was scraped since {last:HH:mm:ss}");
            return window.Canary is { Requests: > 0 } requests && requests.RequestsAt(0) == 0
                ? $"the bound ({NumberText.Short(Bounds(metric)[0], 6)} ms) is no bucket of the canary's histogram; give one that is in "
                    + "compare.bounds" : null;
        }

        if (window.IsBlind || isLost)
            return string.Create(CultureInfo.InvariantCulture, $"no series of either side was scraped since {last:HH:mm:ss}");
        return window is { HasNoBound: true, Canary.Requests: > 0, Stable.Requests: > 0 }
            ? $"none of the bounds ({string.Join(", ", Bounds(metric).Select(bound => NumberText.Short(bound, 6)))} ms) is a bucket of "
                + "the histogram on both sides; give those that are in compare.bounds" : null;
    }

    private static MetricJudgement MannWhitney(MetricSpec metric, MetricStatus before, MetricAnswer.Matrix canary,
        MetricAnswer.Matrix stable, DateTimeOffset dueAt, DateTimeOffset startedAt)
    {
        // The test finds its bounds to a ten-thousandth of a unit: a share of errors is compared as percent.
        var unit = metric.Provider is ProviderSpec.Red { Signal: RedSignal.Errors } ? 100 : 1;
        var points = Points(metric, dueAt, startedAt);
        var pairing = SamplePairing.Of(Sets(metric, canary, unit), Sets(metric, stable, unit), points);
        // A RED metric is one series a side. Where there are more, the one that is worst off speaks for all.
        var how = metric.Comparison!.Samples;
        var (found, of) = pairing.Problem.Length > 0
            ? (new ClassifiedSample(Classification.Error, how.IsCritical, double.NaN, double.NaN, double.NaN, double.NaN, pairing.Problem),
                null)
            : pairing.Pairs.Select(pair => (Found: SampleClassifier.Classify(how, pair.Canary, pair.Stable), Pair: (SamplePair?)pair))
            .MaxBy(one => (one.Found.IsCriticalFailure, one.Found.Classification));
        points = pairing.Pairs.Select(pair => Math.Min(pair.Canary.Count(double.IsFinite), pair.Stable.Count(double.IsFinite)))
            .DefaultIfEmpty(0).Min();
        var reason = new JudgementReason.Classified(found.Classification, found.Reason, points, IsShown: true);
        double? value = double.IsFinite(found.Estimate) ? found.Estimate : null;
        // Two points above two others are chance in one of six: a healthy version is not rolled back for that.
        if (found.Classification is Classification.High or Classification.Low && !SampleClassifier.CanShow(how, of!.Canary, of.Stable))
            return Kept(before, RunPhase.Inconclusive, reason with { IsShown = false }, value);
        var verdict = found.Classification switch
        {
            Classification.Pass => RunPhase.Successful,
            Classification.High or Classification.Low or Classification.NodataFail => RunPhase.Failed,
            Classification.Nodata => RunPhase.Inconclusive,
            Classification.Error => RunPhase.Error,
        };
        return Kept(before, verdict, reason, value) with
        {
            Finding = new MannWhitneyFinding(found.Classification, found.IsCriticalFailure),
        };
    }

    // A verdict that adds nothing to what was known before.
    private static MetricJudgement Kept(MetricStatus before, RunPhase verdict, JudgementReason reason, double? value = null) =>
        new(verdict, reason) { Value = value, Shown = Show(value), Evidence = before.Evidence, Finding = before.Classified };

    private static string Show(double? value) => value is { } number ? $"[{NumberText.Short(number, 4)}]" : "";

    // Points that the time has, a minute each: a source leaves out those without a value.
    private static int Points(MetricSpec metric, DateTimeOffset dueAt, DateTimeOffset startedAt)
    {
        var back = dueAt - startedAt - metric.InitialDelay;
        return (int)Math.Max(0, (metric.Comparison!.Lookback is { } most && back > most ? most : back).TotalMinutes);
    }

    private static SampleSet[] Sets(MetricSpec metric, MetricAnswer.Matrix answer, double unit) => answer.Series.Count == 0
        ? [new SampleSet(metric.Name, [], [])]
        : [.. answer.Series.Select(series => new SampleSet(metric.Name, [.. series.Labels.Select(label => (label.Name, label.Value))],
            [.. series.Points.Select(point => point.Value * unit)]))];

    private static MetricJudgement Verdict(MetricSpec metric, Evidence evidence, MetricAnswer.Matrix stable,
        EquatableArray<string> warnings, double? share)
    {
        var (reason, log) = metric.Comparison!.Objective is null
            ? ((JudgementReason)new JudgementReason.Compared(Find(metric, evidence, stable)), SequentialJudge.LogOdds(metric, evidence))
            : (new JudgementReason.HeldToObjective(ObjectiveJudge.Find(metric, evidence)), ObjectiveJudge.LogOdds(evidence));
        return new(Stand(metric, evidence), reason)
        {
            Value = share,
            Shown = Show(share),
            Odds = Math.Round(Math.Min(Math.Exp(log), 1e12), 6),
            Warnings = warnings,
        };
    }

    private static EvidenceFinding Find(MetricSpec metric, Evidence evidence, MetricAnswer.Matrix stable)
    {
        var finding = SequentialJudge.Find(metric, evidence);
        return finding.LeftOut is { } pod ? finding with { LeftOutNode = NodeLabel.Find(stable, pod) } : finding;
    }
}
