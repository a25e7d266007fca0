using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Workloads.Deployments;

/// <summary>What a change of <c>spec.replicas</c> does to the ReplicaSets of a Deployment, also in the middle of a rollout: what is added
/// or taken away is shared out in proportion to their sizes.</summary>
/// <remarks>Source: kubernetes pkg/controller/deployment/sync.go and util/deployment_util.go.</remarks>
internal static class ProportionalScaling
{
    /// <summary>Whether a set was scaled for another size of the Deployment than it has now.</summary>
    public static bool IsDue(JsonObject deployment, IEnumerable<JsonObject> sets) => Active(sets)
        .Any(set => Annotation(set, ReplicaSetDocument.DesiredAnnotation) is { } desired
            && desired != (deployment.NumberAt("spec", "replicas") ?? 1));

    /// <summary>The next sizes, by name of the ReplicaSet; only those that change.</summary>
    public static IReadOnlyDictionary<string, int> Next(JsonObject deployment, JsonObject? current, IReadOnlyList<JsonObject> sets)
    {
        var update = RollingUpdate.Read(deployment);
        var active = Active(sets).ToList();
        if (active.Count <= 1)
        {
            var only = active.FirstOrDefault() ?? current ?? sets.MaxBy(Created, StringComparer.Ordinal);
            return only is null ? new Dictionary<string, int>() : Changed([(only, update.Replicas)]);
        }

        if (current is not null && IsSaturated(current, update.Replicas))
            return Changed(active.Where(set => set.Name() != current.Name()).Select(set => (set, 0)));
        return deployment.TextAt("spec", "strategy", "type") == "Recreate" ? new Dictionary<string, int>()
            : Changed(Share(deployment, update, active));
    }

    private static List<(JsonObject Set, int Size)> Share(JsonObject deployment, RollingUpdate update, List<JsonObject> active)
    {
        var allowed = update.Replicas > 0 ? update.Replicas + update.MaxSurge : 0;
        var toAdd = allowed - active.Sum(Size);
        // The largest first; of equal ones the newer when there is more to give, the older when there is less.
        var bySize = active.OrderByDescending(Size);
        var ordered = toAdd > 0
            ? bySize.ThenByDescending(Created, StringComparer.Ordinal).ToList() : bySize.ThenBy(Created, StringComparer.Ordinal).ToList();
        var sizes = new List<(JsonObject Set, int Size)>();
        var added = 0;
        foreach (var set in ordered)
        {
            var share = toAdd == 0 ? 0 : Fraction(deployment, update, set);
            share = toAdd > 0 ? Math.Min(share, toAdd - added) : Math.Max(share, toAdd - added);
            sizes.Add((set, Size(set) + share));
            added += share;
        }

        if (toAdd != 0) sizes[0] = (sizes[0].Set, Math.Max(0, sizes[0].Size + toAdd - added));
        return sizes;
    }

    private static int Fraction(JsonObject deployment, RollingUpdate update, JsonObject set)
    {
        if (update.Replicas == 0) return -Size(set);
        var before = Annotation(set, ReplicaSetDocument.MostAnnotation) ?? deployment.NumberAt("status", "replicas") ?? 0;
        if (before == 0) return 0;
        var next = (double)Size(set) * (update.Replicas + update.MaxSurge) / before;
        return (int)Math.Round(next, MidpointRounding.AwayFromZero) - Size(set);
    }

    private static bool IsSaturated(JsonObject set, int replicas) => Size(set) == replicas
        && (set.NumberAt("status", "availableReplicas") ?? 0) == replicas
        && Annotation(set, ReplicaSetDocument.DesiredAnnotation) == replicas;

    private static IEnumerable<JsonObject> Active(IEnumerable<JsonObject> sets) => sets.Where(set => Size(set) > 0);

    private static Dictionary<string, int> Changed(IEnumerable<(JsonObject Set, int Size)> sizes) =>
        sizes.Where(entry => Size(entry.Set) != entry.Size).ToDictionary(entry => entry.Set.Name(), entry => entry.Size);

    private static int Size(JsonObject set) => set.NumberAt("spec", "replicas") ?? 0;

    private static string? Created(JsonObject set) => set.TextAt("metadata", "creationTimestamp");

    private static int? Annotation(JsonObject set, string name) =>
        int.TryParse(set.TextAt("metadata", "annotations", name), CultureInfo.InvariantCulture, out var number) ? number : null;
}
