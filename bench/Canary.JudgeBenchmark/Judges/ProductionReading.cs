using System;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Queries;
using Canary.Core.Units;
using Canary.JudgeBenchmark.Reading;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Judges;

/// <summary>What Canary measures in production, and how it asks for it: errors, and durations where the cell has them, with nothing set but
/// a warm-up.</summary>
internal sealed class ProductionReading(SimulatedPrometheus prometheus)
{
    private const string Preset = "istio-workload";
    private const double SlownessTolerated = 1.1;

    /// <summary>The metrics of a cell. The rollout's alpha is split evenly over them.</summary>
    public static RunSpec Spec(Cell cell) => new(cell.HasDurations
        ? [Metric(RedSignal.Errors, 1, cell), Metric(RedSignal.Duration, SlownessTolerated, cell)]
        : [Metric(RedSignal.Errors, 1, cell)]);

    /// <summary>Asks for both sides of a metric.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="before">What was counted before; null: nothing.</param>
    /// <param name="startedAt">Start of the run.</param>
    /// <param name="dueAt">The tick.</param>
    /// <param name="now">When the answers are there.</param>
    public FinishedMeasurement Measure(MetricSpec metric, MetricStatus? before, DateTimeOffset startedAt, DateTimeOffset dueAt,
        DateTimeOffset now)
    {
        var since = ComparisonJudge.WindowStart(metric, before, startedAt, dueAt);
        var query = MetricQueries.For(metric, SeriesShape.Namespace, dueAt, out var problem, since);
        return new FinishedMeasurement(metric.Name, dueAt, now, query is null ? new MetricAnswer.Faulted(problem) : prometheus.Ask(query))
        {
            Baseline = MetricQueries.BaselineOf(metric, SeriesShape.Namespace, dueAt, since) is { } baseline ? prometheus.Ask(baseline)
            : null,
        };
    }

    private static MetricSpec Metric(RedSignal signal, double tolerate, Cell cell)
    {
        var connection = new ProviderSpec.Prometheus(null, "", null, TimeSpan.FromSeconds(30), null, [], false, null);
        var provider = new ProviderSpec.Red(Preset, signal, 0.99, TimeSpan.FromMinutes(1), Subject(SeriesShape.CanaryWorkload), connection);
        var warmUp = TimeSpan.FromMilliseconds(cell.WarmUp * Clock.Look);
        return new MetricSpec(signal.ToString(), TimeSpan.FromMilliseconds(Clock.Look), null, warmUp, TimeSpan.Zero, null, null, 0,
            int.MaxValue, 4, provider)
        {
            Comparison = new Comparison(ComparisonKind.Sequential, Subject(SeriesShape.StableWorkload))
            {
                Tolerate = tolerate,
                Alpha = Comparison.DefaultAlpha / (cell.HasDurations ? 2 : 1),
                // As the library's template has it.
                Warmup = cell.Noise == Noise.ColdPods ? TimeSpan.FromMinutes(2) : TimeSpan.Zero,
            },
        };
    }

    private static EquatableArray<Argument> Subject(string workload) => [new("ns", SeriesShape.Namespace), new("workload", workload)];
}
