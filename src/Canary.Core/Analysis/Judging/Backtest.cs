using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Reporting;

namespace Canary.Core.Analysis.Judging;

/// <summary>What a run would have said in the past: the same judge and the same machine, on answers for past times.</summary>
public static class Backtest
{
    /// <summary>The verdict of one metric at one past time.</summary>
    /// <param name="At">End of the window.</param>
    /// <param name="Judgement">What the judge says.</param>
    /// <param name="Value">The value where it is one number; null: none, or several.</param>
    /// <param name="Measurement">What was judged.</param>
    public sealed record Window(DateTimeOffset At, MetricJudgement Judgement, double? Value, FinishedMeasurement Measurement);

    /// <summary>A run that begins at a past time, and how it would have ended.</summary>
    /// <param name="At">Its beginning.</param>
    /// <param name="Phase">Where it stands after the time that is given to it; Running where nothing decided.</param>
    /// <param name="Message">Why.</param>
    public sealed record Start(DateTimeOffset At, RunPhase Phase, string Message);

    /// <summary>Judges each answer.</summary>
    public static IReadOnlyList<Window> Windows(MetricSpec metric, IReadOnlyDictionary<DateTimeOffset, MetricAnswer> answers,
        IReadOnlyDictionary<DateTimeOffset, MetricAnswer>? samples) =>
    [
        .. answers.OrderBy(one => one.Key).Select(one =>
        {
            var measurement =
                new FinishedMeasurement(metric.Name, one.Key, one.Key, one.Value) { Samples = samples?.GetValueOrDefault(one.Key) };
            return new Window(one.Key, MetricJudge.Judge(metric, one.Value, measurement.Samples, one.Key), Number(one.Value), measurement);
        }),
    ];

    /// <summary>Begins a run at each of the times, and lets it go on for <paramref name="length"/>.</summary>
    /// <param name="spec">What is measured.</param>
    /// <param name="windows">The windows of each metric, by its name, in order of time.</param>
    /// <param name="times">The beginnings.</param>
    /// <param name="length">How long a run without counts goes on: about as long as a rollout.</param>
    public static IReadOnlyList<Start> Starts(RunSpec spec, IReadOnlyDictionary<string, IReadOnlyList<Window>> windows,
        IEnumerable<DateTimeOffset> times, TimeSpan length) =>
        [.. times.Select(at => Begin(spec, windows, at, length))];

    private static Start Begin(RunSpec spec, IReadOnlyDictionary<string, IReadOnlyList<Window>> windows, DateTimeOffset at, TimeSpan length)
    {
        var status = AnalysisMachine.Start(spec, RunStatus.New, at);
        for (var now = at; status.EndedAt is null && AnalysisGrid.NextDueAt(spec, status, now) is { } next
            && next <= at + length; now = next)
        {
            var finished = new List<FinishedMeasurement>();
            foreach (var (metric, dueAt) in AnalysisGrid.Due(spec, status, next))
            {
                // The past is known on a grid: the window that ends next to the tick stands for it.
                if (Nearest(windows[metric.Name], dueAt) is not { } window)
                    return new Start(at, status.Phase, "the past that was asked for ends here");
                finished.Add(window.Measurement with { DueAt = dueAt, FinishedAt = dueAt });
            }

            status = AnalysisMachine.Advance(spec, status, finished, next);
        }

        return new Start(at, status.Phase, status.Message);
    }

    private static Window? Nearest(IReadOnlyList<Window> windows, DateTimeOffset at)
    {
        var (low, high) = (0, windows.Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (windows[middle].At < at) low = middle + 1;
            else high = middle;
        }

        return windows.Count > 0 && windows[low].At >= at ? windows[low] : null;
    }

    private static double? Number(MetricAnswer answer) => answer switch
    {
        MetricAnswer.Scalar { Value: var value } => value,
        MetricAnswer.Vector { Samples: [{ Value: var value }] } => value,
        _ => null,
    };
}
