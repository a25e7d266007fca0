using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Traffic.Registry;

namespace Canary.Cli.Planning;

/// <summary>A Rollout and what it names, from files or from a cluster.</summary>
/// <param name="Rollout">The Rollout.</param>
/// <param name="Others">Templates, what the routers read, and the Deployments and autoscalers of the namespace.</param>
/// <param name="Unread">Why ClusterAnalysisTemplates could not be read; null: they could.</param>
internal sealed record RolloutFiles(JsonObject Rollout, IReadOnlyList<JsonObject> Others, string? Unread)
{
    /// <summary>From files; null with the reason, and the code that says it.</summary>
    /// <param name="files">Their paths, or - for standard input.</param>
    /// <param name="name">Name of the Rollout.</param>
    /// <param name="space">Namespace of the Rollout; null: the one that is written there, or default.</param>
    /// <param name="cancel">Ends the reading.</param>
    public static async Task<(RolloutFiles? Found, string Problem, ExitCode Code)> ReadAsync(IEnumerable<string> files, string name,
        string? space, CancellationToken cancel)
    {
        var documents = new List<JsonObject>();
        foreach (var file in files)
        {
            var text = await InputFile.ReadAsync(file, cancel);
            try
            {
                documents.AddRange(YamlDocument.Parse(text).SelectMany(document => ManifestObjects.Expand(document.Root))
                    .Select(one => one.Node).OfType<JsonObject>());
            }
            catch (YamlDotNet.Core.YamlException wrong)
            {
                return (null, $"{file}:{wrong.Start.Line}: it is no YAML: {wrong.Message}", ExitCode.Usage);
            }
        }

        JsonObject[] rollouts = [.. documents.Where(one => (string?)one["kind"] == KnownKinds.Rollouts.Kind)];
        foreach (var one in rollouts) Place(one, space ?? "default");
        if (rollouts.FirstOrDefault(one => ObjectName.Of(one) is var found && found.Name == name
            && (space is null || found.Namespace == space)) is not { } rollout)
            return (null,
                $"there is no Rollout {(space is null ? "" : space + "/")}{name} in the "
                    + "files"
                    + (rollouts.Length == 0 ? ", nor any other" : "; there are " + string.Join(", ", rollouts.Select(ObjectName.Of))),
                ExitCode.NotFound);
        // What says no namespace is applied where the Rollout is.
        foreach (var one in documents.Where(one => (string?)one["kind"] != KnownKinds.ClusterAnalysisTemplates.Kind))
            Place(one, ObjectName.Of(rollout).Namespace!);
        return (new RolloutFiles(rollout, documents, null), "", ExitCode.Done);
    }

    /// <summary>From the cluster.</summary>
    public static async Task<RolloutFiles> ReadAsync(ClusterConnection at, string name, CancellationToken cancel)
    {
        var rollout = await at.Client.GetAsync(KnownKinds.Rollouts, new ObjectName(at.Namespace, name), cancel);
        var templates = await at.Client.ListAllAsync(KnownKinds.AnalysisTemplates, at.Namespace, new ListOptions(), cancel);
        var (shared, unread) = await MayListAsync(at, KnownKinds.ClusterAnalysisTemplates, null, cancel);
        // Without a mesh there are none, and who may not read them plans with the names of the subsets.
        var routing = new List<JsonObject>();
        foreach (var kind in RouterRegistry.UnnamedKinds)
            routing.AddRange(Named((await MayListAsync(at, kind, at.Namespace, cancel)).Items, kind));
        var (deployments, _) = await MayListAsync(at, KnownKinds.Deployments, at.Namespace, cancel);
        var (autoscalers, _) = await MayListAsync(at, Autoscalers, at.Namespace, cancel);
        var (scaled, _) = await MayListAsync(at, KnownKinds.ScaledObjects, at.Namespace, cancel);
        return new RolloutFiles(rollout,
            [.. Named(deployments, KnownKinds.Deployments), .. Named(autoscalers, Autoscalers), .. Named(scaled, KnownKinds.ScaledObjects),
                .. Named(templates.Items, KnownKinds.AnalysisTemplates), .. Named(shared, KnownKinds.ClusterAnalysisTemplates),
                .. routing], unread);
    }

    private static readonly ResourceKind Autoscalers =
        new("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", true);

    private static void Place(JsonObject document, string space)
    {
        if (document["metadata"] is JsonObject metadata) metadata["namespace"] ??= space;
    }

    private static async Task<(IReadOnlyList<JsonObject> Items, string? Unread)> MayListAsync(ClusterConnection at, ResourceKind kind,
        string? space, CancellationToken cancel)
    {
        try
        {
            return ((await at.Client.ListAllAsync(kind, space, new ListOptions(), cancel)).Items, null);
        }
        catch (ApiException failure) when (!failure.IsUnanswered)
        {
            return ([], failure.Status.Message);
        }
    }

    // The items of a list need not say their kind: the list does.
    private static IEnumerable<JsonObject> Named(IEnumerable<JsonObject> items, ResourceKind kind)
    {
        foreach (var item in items)
        {
            item["kind"] ??= kind.Kind;
            yield return item;
        }
    }
}
