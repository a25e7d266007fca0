using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>What decided, in words.</summary>
internal static class RollbackReasons
{
    private const string AlertName = "alertname";

    /// <summary>The run, in the words of the strategy in force.</summary>
    public static string Describe(Evaluation evaluation, RunKey key) => key switch
    {
        { Edge: AnalysisPlacement.Pre } when evaluation.InForce?.BlueGreen is not null => "pre-promotion analysis",
        { Edge: AnalysisPlacement.Post } when evaluation.InForce?.BlueGreen is not null => "post-promotion analysis",
        _ => Describe(key),
    };

    public static string Describe(RunKey key) => key switch
    {
        { Edge: AnalysisPlacement.Pre } => "analysis before the first step",
        { Edge: AnalysisPlacement.Post } => "analysis after the last step",
        { Step: { } step } => $"analysis of step {step + 1}",
        _ => "background analysis",
    };

    /// <summary>Why a run rolls the canary back: the numbers alone where it failed in the background; otherwise also which run it was, and
    /// what became of it.</summary>
    public static string DescribeVerdict(Evaluation evaluation, RunObservation run)
    {
        var kind = run.Phase switch
        {
            RunPhase.Inconclusive => "inconclusive: ",
            RunPhase.Pending or RunPhase.Running or RunPhase.Error => "no usable answers beyond the error limits: ",
            RunPhase.Failed or RunPhase.Successful => "",
        };
        return $"{kind}{run.Message}{(run.Key is { Step: null, Edge: null } ? "" : $" ({Describe(evaluation, run.Key)})")}";
    }

    /// <summary>What a raise waited for in vain: <c>no evidence for the raise to 100 within 15m: errors has not shown yet that the canary
    /// is not much worse</c>.</summary>
    public static string DescribeMissingEvidence(Evaluation evaluation) =>
        $"no evidence for the raise to {evaluation.DueRaise} within {GoDuration.Format(evaluation.EvidencePolicy.EvidenceWithin)}: "
            + $"{evaluation.MissingEvidence}";

    /// <summary><c>alert CheckoutErrors (service=checkout, severity=critical) has been firing since 14:02:11Z</c>.</summary>
    public static string Describe(FiringAlert alert) =>
        $"{Named(alert.Labels)} has been firing since {TimeText.Format(alert.Since)}";

    public static string Describe(OverruledAlert alert) => $"{Named(alert.Labels)} firing since {TimeText.Format(alert.Since)}";

    private static string Named(EquatableArray<Label> labels)
    {
        var names = labels.Where(label => label.Name == AlertName).Select(label => $" {label.Value}");
        var others = string.Join(", ", labels.Where(label => label.Name != AlertName).Select(label => $"{label.Name}={label.Value}"));
        return $"alert{names.FirstOrDefault()}{(others.Length > 0 ? $" ({others})" : "")}";
    }
}
