using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>What decided, in words.</summary>
internal static class Reasons
{
    private const string AlertName = "alertname";

    public static string Of(RunKey key) => key switch
    {
        { Edge: RunEdge.Pre } => "analysis before the first step",
        { Edge: RunEdge.Post } => "analysis after the last step",
        { Step: { } step } => $"analysis of step {step + 1}",
        _ => "background analysis",
    };

    /// <summary>Why a run takes the rollout back: the numbers alone where it failed in the background; otherwise also which run it was, and what became of it.</summary>
    public static string Verdict(RunObservation run)
    {
        var kind = run.Phase switch
        {
            RunPhase.Inconclusive => "inconclusive: ",
            RunPhase.Pending or RunPhase.Running or RunPhase.Error => "no usable answers beyond the error limits: ",
            RunPhase.Failed or RunPhase.Successful => "",
        };
        return $"{kind}{run.Message}{(run.Key is { Step: null, Edge: null } ? "" : $" ({Of(run.Key)})")}";
    }

    /// <summary><c>alert CheckoutErrors (service=checkout, severity=critical) is firing since 14:02:11Z</c>.</summary>
    public static string Of(FiringAlert alert) => $"{Named(alert.Labels)} is firing since {Wording.Of(alert.Since)}";

    public static string Of(OverruledAlert alert) => $"{Named(alert.Labels)} firing since {Wording.Of(alert.Since)}";

    private static string Named(EquatableArray<Label> labels)
    {
        var names = labels.Where(label => label.Name == AlertName).Select(label => $" {label.Value}");
        var others = string.Join(", ", labels.Where(label => label.Name != AlertName).Select(label => $"{label.Name}={label.Value}"));
        return $"alert{names.FirstOrDefault()}{(others.Length > 0 ? $" ({others})" : "")}";
    }
}
