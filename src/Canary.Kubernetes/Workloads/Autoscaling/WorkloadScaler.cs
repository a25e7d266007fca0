using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts.StableCopy;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads.Autoscaling;

/// <summary>An object that scales a Deployment: a HorizontalPodAutoscaler, or a ScaledObject of KEDA.</summary>
/// <param name="Document">What the cache keeps of it.</param>
internal abstract record WorkloadScaler(JsonObject Document)
{
    public string Name => Json.Name(Document);

    /// <summary>Kind, namespace and name, as messages have them.</summary>
    public string Title => $"{Kind.Kind} {Json.Namespace(Document)}/{Name}";

    /// <summary>Name of the one that Canary makes from it for the copy.</summary>
    public string CopyName => Name + CopiedWorkload.StableSuffix;

    public abstract ResourceKind Kind { get; }

    /// <summary>Fewest pods of a workload that serves, from 1.</summary>
    public abstract int MinReplicas { get; }

    /// <summary>Most pods.</summary>
    public abstract int MaxReplicas { get; }

    /// <summary>What Canary sets in that of a copy, as it is here.</summary>
    public abstract AutoscalerLevels Levels { get; }

    /// <summary>The spec of that of the copy: as this one, but for the target and <paramref name="levels"/>.</summary>
    public abstract JsonObject CopySpec(string target, AutoscalerLevels levels);

    /// <summary>All but the levels is in that of the copy as it is here.</summary>
    public abstract bool IsAsIn(WorkloadScaler copy);

    /// <summary>What is wrong with it, each as the end of a sentence that begins with <see cref="Title"/>.</summary>
    public abstract IEnumerable<string> FindProblems();

    /// <summary>Target of that of a copy.</summary>
    protected static string TargetOf(WorkloadScaler copy) => Json.Text(copy.Document, "spec", "scaleTargetRef", "name") ?? "";

    /// <summary>Lets a HorizontalPodAutoscaler's part of a spec take no pods away.</summary>
    protected static void HoldScaleDown(JsonObject owner) => Child(Child(owner, "behavior"), "scaleDown")["selectPolicy"] = "Disabled";

    /// <summary>An object of another, made where there is none.</summary>
    protected static JsonObject Child(JsonObject owner, string key)
    {
        if (owner[key] is JsonObject there) return there;
        var made = new JsonObject();
        owner[key] = made;
        return made;
    }

    /// <summary>Everything that is wanted is there. The server may have filled in more.</summary>
    protected static bool Covers(JsonNode? wanted, JsonNode? there) => (wanted, there) switch
    {
        (JsonObject one, JsonObject other) => one.All(field => Covers(field.Value, other[field.Key])),
        (JsonArray one, JsonArray other) => one.Count == other.Count && one.Zip(other).All(pair => Covers(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(wanted, there),
    };
}
