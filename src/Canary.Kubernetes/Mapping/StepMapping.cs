using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>Steps that scale the canary, and ramps, which are steps in short.</summary>
internal static class StepMapping
{
    private const int MostFactor = 100;

    /// <summary>The steps of the strategy: as they are given, or those of its ramp.</summary>
    public static EquatableArray<Step> Read(FieldReader canary, Func<FieldReader, Step> readStep)
    {
        if (!canary.Has("ramp")) return canary.Items("steps").Select(readStep).ToEquatableArray();
        if (canary.Has("steps")) canary.Fail("ramp", "steps are given too; give one of them");
        return ReadRamp(canary.Child("ramp"));
    }

    public static Step ReadScale(FieldReader step)
    {
        var scale = step.Child("setCanaryScale");
        string[] kinds = [.. new[] { "replicas", "weight", "matchTrafficWeight" }.Where(scale.Has)];
        if (kinds is not [var kind])
        {
            if (scale.IsPresent)
                scale.Fail("",
                    $"it has {(kinds.Length == 0 ? "none" : string.Join(" and ", kinds))}; exactly one of replicas, weight and "
                        + "matchTrafficWeight is allowed");
            return new Step.SetCanaryScale(new CanaryScale.MatchTrafficWeight());
        }

        if (kind == "matchTrafficWeight" && !scale.Flag(kind, true)) scale.Fail(kind, "it is false; allowed is true");
        return new Step.SetCanaryScale(kind switch
        {
            "replicas" => new CanaryScale.Replicas(scale.Int(kind) ?? 1),
            "weight" => new CanaryScale.Share(scale.Percent(kind) ?? Weight.Zero),
            _ => new CanaryScale.MatchTrafficWeight(),
        });
    }

    public static JsonObject WriteScale(CanaryScale scale) => new()
    {
        ["setCanaryScale"] = scale switch
        {
            CanaryScale.Replicas replicas => new JsonObject { ["replicas"] = replicas.Count },
            CanaryScale.Share share => new JsonObject { ["weight"] = share.Weight.Percent },
            _ => new JsonObject { ["matchTrafficWeight"] = true },
        },
    };

    private static EquatableArray<Step> ReadRamp(FieldReader ramp)
    {
        if (!ramp.IsPresent) return [];
        foreach (var field in new[] { "from", "to", "every" })
        {
            if (!ramp.Has(field)) ramp.Fail(field, "it is missing; from, to, every, and by or factor are needed");
        }

        if (ramp.Has("by") == ramp.Has("factor"))
            ramp.Fail("by", ramp.Has("by") ? "factor is given too; give one of them" : "it is missing; by or factor is needed");
        var read = new WeightRamp(ramp.Percent("from") ?? Weight.Zero, ramp.Percent("to") ?? Weight.Zero, ramp.Percent("by"),
            Factor(ramp), ramp.Duration("every") ?? TimeSpan.Zero);
        var before = ramp.Has("by") != ramp.Has("factor") && ramp.Has("from") && ramp.Has("to") && ramp.Has("every");
        if (!before || !Check(ramp, read)) return [];
        return read.Steps().ToEquatableArray();
    }

    // What is no factor at all is none that a decimal could not hold.
    private static decimal? Factor(FieldReader ramp) => ramp.Number("factor") is not { } factor ? null
        : factor is > 0 and <= MostFactor ? (decimal)factor : 0;

    private static bool Check(FieldReader ramp, WeightRamp read)
    {
        var isGood = true;
        if (IsWrong(read.From)) Fail("from", $"it is {read.From}; allowed are whole percent, 1 to 100");
        if (IsWrong(read.To) || read.To < read.From) Fail("to", $"it is {read.To}; allowed are whole percent, from 'from' to 100");
        if (read.By is { } by && IsWrong(by)) Fail("by", $"it is {by}; allowed are whole percent, 1 to 100");
        if (read is { By: null } and not { Factor: > 1 })
            Fail("factor", $"it is {NumberText.Short(ramp.Number("factor") ?? 0, 6)}; above 1, up to {MostFactor}");
        if (read.Every <= TimeSpan.Zero) Fail("every", $"it is {GoDuration.Format(read.Every)}; it must be longer than 0s");
        if (isGood && read.Count() > WeightRamp.MostWeights)
            Fail("by", $"it makes more than {WeightRamp.MostWeights} weights; give a larger one");
        return isGood;

        void Fail(string field, string problem)
        {
            ramp.Fail(field, problem);
            isGood = false;
        }
    }

    private static bool IsWrong(Weight weight) => weight <= Weight.Zero || weight.BasisPoints % 100 != 0;
}
