using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Queries;
using Canary.Core.Statistics;
using Canary.Core.Units;
using Canary.JudgeBenchmark.Reading;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Judges;

/// <summary>
/// Canary's judge by the way that it goes in production: the grid says what is due, the queries of the metric are asked of the source, and
/// the machine of the analysis counts what comes back. Only the network between them is left out.
/// </summary>
internal sealed class ProductionJudge(SimulatedPrometheus prometheus) : IJudge
{
    private const string Preset = "istio-workload";
    private const double SlownessTolerated = 1.1;

    private RunSpec _spec = new([]);
    private RunStatus _status = RunStatus.New;
    private double _evidenceNeeded;

    public string Name => "Canary";

    public double? DeclaredRate => Comparison.DefaultAlpha;

    public int? EnoughAt { get; private set; }

    public int? EvidenceAt { get; private set; }

    public void Begin(Cell cell)
    {
        _spec = new RunSpec(cell.HasDurations ? [Metric(RedSignal.Errors, 1, cell), Metric(RedSignal.Duration, SlownessTolerated, cell)]
            : [Metric(RedSignal.Errors, 1, cell)]);
        _status = AnalysisMachine.Start(_spec, RunStatus.New, Clock.Start);
        _evidenceNeeded = -Math.Log(_spec.Metrics[0].Comparison!.Beta);
        (EnoughAt, EvidenceAt) = (null, null);
    }

    public Verdict Look(World world, int look)
    {
        var now = Clock.Start.AddMilliseconds(look * Clock.Look);
        prometheus.Show(world, look * Clock.Look);
        foreach (var (metric, dueAt) in AnalysisGrid.Due(_spec, _status, now)) _status =
            AnalysisMachine.Advance(_spec, _status, [Measure(metric, dueAt, now)], now);
        if (_status.Phase == RunPhase.Failed) return Verdict.RolledBack;
        var isGood = AnalysisMachine.IsConclusive(_spec, _status);
        if (isGood) EnoughAt ??= look;
        if (isGood && IsShown()) EvidenceAt ??= look;
        if (look < Clock.Looks) return Verdict.Continue;
        return isGood ? Verdict.Promoted : Verdict.Inconclusive;
    }

    // What require: evidence would ask for, of the errors.
    private bool IsShown() =>
        _status.Metrics[0].Evidence is { Harmless.Count: > 0 } evidence && RatioProcess.LogEvidence(evidence.Harmless) >= _evidenceNeeded;

    private FinishedMeasurement Measure(MetricSpec metric, DateTimeOffset dueAt, DateTimeOffset now)
    {
        var since = ComparisonJudge.WindowStart(metric, _status.Metrics.FirstOrDefault(one => one.Name == metric.Name),
            _status.StartedAt!.Value, dueAt);
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
            // The rollout's alpha is split evenly over its metrics.
            Comparison = new Comparison(ComparisonKind.Sequential, Subject(SeriesShape.StableWorkload))
            {
                Tolerate = tolerate,
                Alpha = Comparison.DefaultAlpha / (cell.HasDurations ? 2 : 1)
            },
        };
    }

    private static EquatableArray<Argument> Subject(string workload) => [new("ns", SeriesShape.Namespace), new("workload", workload)];
}
