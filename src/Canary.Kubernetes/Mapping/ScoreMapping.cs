using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Templates;
using Canary.Core.Statistics.Kayenta;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary><c>score</c> of a template and of a run.</summary>
internal static class ScoreMapping
{
    /// <summary>As a template writes it; null: it does not.</summary>
    public static ScoreTemplate? ReadTemplate(FieldReader spec)
    {
        var score = spec.Child("score");
        return score.IsPresent ? new ScoreTemplate(score.Number("pass"), score.Number("marginal"), ReadWeights(score)) : null;
    }

    /// <summary>As a run holds it.</summary>
    public static ScoreSpec Read(FieldReader spec)
    {
        var score = spec.Child("score");
        return score.IsPresent
            ? new ScoreSpec(score.Number("pass") ?? ScoreSpec.Default.Pass, score.Number("marginal")
                ?? ScoreSpec.Default.Marginal, ReadWeights(score)) : ScoreSpec.Default;
    }

    /// <summary>The JSON, from which <see cref="Read"/> makes an equal one; null: it is the default.</summary>
    public static JsonObject? Write(ScoreSpec score) =>
        score == ScoreSpec.Default ? null : new JsonObject { ["pass"] = score.Pass, ["marginal"] = score.Marginal }
        .PutList("groupWeights", score.Weights, weight => new JsonObject { ["group"] = weight.Group, ["weight"] = weight.Percent });

    private static EquatableArray<GroupWeight> ReadWeights(FieldReader score) =>
        score.Items("groupWeights")
        .Select(item => new GroupWeight(item.RequiredText("group", "the name of a group is needed"), item.Number("weight") ?? 0))
        .ToEquatableArray();
}
