using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.JudgeBenchmark.Reading;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Judges;

/// <summary>
/// Canary's judge by the way that it goes in production: the grid says what is due, the queries of the metric are asked of the source, and
/// the machine of the analysis counts what comes back. Only the network between them is left out.
/// </summary>
internal sealed class ProductionJudge(SimulatedPrometheus prometheus) : IJudge
{
    private readonly ProductionReading _reading = new(prometheus);
    private RunSpec _spec = new([]);
    private RunStatus _status = RunStatus.New;

    public string Name => "Canary";

    public double? DeclaredRate => Comparison.DefaultAlpha;

    public int? EnoughAt { get; private set; }

    public int? EvidenceAt { get; private set; }

    public void Begin(Cell cell)
    {
        _spec = ProductionReading.Spec(cell);
        _status = AnalysisMachine.Start(_spec, RunStatus.New, Clock.Start);
        (EnoughAt, EvidenceAt) = (null, null);
    }

    public Verdict Look(World world, int look)
    {
        var now = Clock.Start.AddMilliseconds(look * Clock.Look);
        prometheus.Show(world, look * Clock.Look);
        foreach (var (metric, dueAt) in AnalysisGrid.Due(_spec, _status, now))
            _status = AnalysisMachine.Advance(_spec, _status, [_reading.Measure(metric,
                _status.Metrics.FirstOrDefault(one => one.Name == metric.Name), _status.StartedAt!.Value, dueAt, now)], now);
        if (_status.Phase == RunPhase.Failed) return Verdict.RolledBack;
        var isGood = AnalysisMachine.IsConclusive(_spec, _status);
        if (isGood) EnoughAt ??= look;
        if (isGood && IsShown()) EvidenceAt ??= look;
        if (look < Clock.Looks) return Verdict.Continue;
        return isGood ? Verdict.Promoted : Verdict.Inconclusive;
    }

    // What the raise to 100 asks for, of the errors.
    private bool IsShown() => ComparisonJudge.Lacks(_spec.Metrics[0], _status.Metrics[0].Evidence, isFull: true).Length == 0;
}
