using System;
using System.Threading;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;

namespace Canary.Engine.Measuring;

/// <summary>
/// A measurement that no saved status counts yet. It is judged once: whoever counts it later onto the same status gets the same result. A
/// status that is another by then, since another process wrote it, is counted anew.
/// </summary>
/// <param name="finished">The answers.</param>
/// <param name="count">Judges and counts.</param>
internal sealed class UncountedMeasurement(FinishedMeasurement finished, MeasurementCount count)
{
    private readonly Lock _gate = new();
    private Result? _result;

    public FinishedMeasurement Finished => finished;

    /// <summary>
    /// The metric with this measurement counted in. An answer that cannot be judged, whatever a source made of it, is a failed measurement
    /// of its metric and stays nothing else: neither the rest of the run nor any other run is kept from being counted.
    /// </summary>
    public MetricStatus AddTo(MetricSpec metric, MetricStatus before, DateTimeOffset startedAt)
    {
        lock (_gate)
        {
            if (_result is { } known && known.StartedAt == startedAt && known.Before == before && known.Metric == metric)
                return known.After;
            var after = Judge(metric, before, startedAt);
            _result = new Result(metric, before, startedAt, after);
            return after;
        }
    }

    /// <summary>What stands for a measurement that cannot be judged.</summary>
    public static FinishedMeasurement Unusable(FinishedMeasurement measurement, string why) => measurement with
    {
        Answer = new MetricAnswer.Faulted($"the answer cannot be judged: {why}") { IsRefusal = true },
        Samples = null,
        Baseline = null,
    };

    private MetricStatus Judge(MetricSpec metric, MetricStatus before, DateTimeOffset startedAt)
    {
        try
        {
            return count(metric, before, finished, startedAt);
        }
        catch (Exception exception)
        {
            return count(metric, before, Unusable(finished, exception.Message), startedAt);
        }
    }

    private sealed record Result(MetricSpec Metric, MetricStatus Before, DateTimeOffset StartedAt, MetricStatus After);
}
