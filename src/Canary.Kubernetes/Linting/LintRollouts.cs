using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Stores;

namespace Canary.Kubernetes.Linting;

/// <summary>The Rollouts in files that compare with stable, as far as everything that they name is there.</summary>
public static class LintRollouts
{
    /// <summary>A Rollout and where it stands.</summary>
    /// <param name="Analyses">It and its analyses.</param>
    /// <param name="Warning">Says something of it, at its file, line and field.</param>
    public sealed record Located(RolloutAnalyses Analyses, Func<string, string, LintFinding> Warning);

    /// <summary>Every one; what cannot be read is what <see cref="OfflineLint"/> says.</summary>
    public static IReadOnlyList<Located> Collect(IReadOnlyList<LintSource> sources)
    {
        var documents = LintReader.Read(sources).Documents;
        var found = new List<Located>();
        foreach (var rollout in documents.Where(one => one is { IsOurs: true, Kind: "Rollout" }))
        {
            JsonObject[] all = [.. documents
                .Where(one => one.Kind == "ClusterAnalysisTemplate" || !one.HasNamespace || one.Namespace == rollout.Namespace)
                .Select(one => Placed(one, rollout.Namespace))];
            var (analyses, _) = RolloutAnalyses.Read(Placed(rollout, rollout.Namespace), all);
            if (analyses is { IsDefault: false })
                found.Add(new Located(analyses, (path, message) => rollout.Finding(path, message) with { IsWarning = true }));
        }

        return found;
    }

    // What says no namespace is applied where the Rollout is.
    private static JsonObject Placed(LintDocument document, string space)
    {
        if (document.HasNamespace || document.Kind == "ClusterAnalysisTemplate") return document.Root;
        var placed = (JsonObject)document.Root.DeepClone();
        if (placed["metadata"] is JsonObject metadata) metadata["namespace"] = space;
        return placed;
    }
}
