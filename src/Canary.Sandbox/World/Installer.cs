using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Sandbox.Objects;
using Microsoft.Extensions.Logging;

namespace Canary.Sandbox.World;

/// <summary>Puts the documents of the sandbox into an API server. What is there already stays as it is: a second start must not reset a
/// weight.</summary>
internal sealed class Installer(ApiClient api, TimeProvider time, ILogger log)
{
    private static readonly WriteOptions Writing = new("canary-sandbox", FieldValidation: "Strict");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private static readonly ResourceKind[] Kinds =
    [
        KnownKinds.Namespaces, KnownKinds.Services, KnownKinds.Deployments, KnownKinds.VirtualServices, KnownKinds.DestinationRules,
            KnownKinds.CustomResourceDefinitions,
        KnownKinds.AnalysisTemplates, KnownKinds.ClusterAnalysisTemplates, KnownKinds.Rollouts, KnownKinds.ConfigMaps,
    ];

    /// <summary>The mesh's kinds where there are none, and Canary's own in the state of this build.</summary>
    public async Task InstallKindsAsync(CancellationToken cancel)
    {
        foreach (var definition in Manifests.MeshDefinitions)
        {
            if (!await ServesAsync(definition, cancel)) await CreateAsync(definition, cancel);
        }

        foreach (var definition in Manifests.CanaryKinds)
        {
            await api.PatchAsync(
                KnownKinds.CustomResourceDefinitions, ObjectName.Of(definition), new Patch.Apply(definition.DeepClone().AsObject(), true), null,
                new WriteOptions("canary-sandbox", IsRepeatable: true), cancel);
        }

        foreach (var definition in Manifests.MeshDefinitions.Concat(Manifests.CanaryKinds)) await WaitUntilServedAsync(definition, cancel);
    }

    /// <summary>Creates each document that is not there yet.</summary>
    public async Task CreateMissingAsync(IEnumerable<JsonObject> documents, CancellationToken cancel)
    {
        foreach (var document in documents) await CreateAsync(document, cancel);
    }

    private async Task CreateAsync(JsonObject document, CancellationToken cancel)
    {
        var kind = Kinds.First(known => known.Kind == document.TextAt("kind") && known.ApiVersion == document.TextAt("apiVersion"));
        var name = ObjectName.Of(document);
        if (await api.FindAsync(kind, name, cancel) is not null) return;
        try
        {
            await api.CreateAsync(kind, name.Namespace, document.DeepClone().AsObject(), Writing, cancel);
            log.Progress($"created {kind.Kind} {name}");
        }
        catch (ApiException taken) when (taken.IsAlreadyExists)
        {
            // Somebody else was faster; it is there, and that is what was wanted.
        }
    }

    private async Task WaitUntilServedAsync(JsonObject definition, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        while (!await ServesAsync(definition, cancel))
        {
            if (time.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"CustomResourceDefinition {definition.Name()}: not served {Patience.TotalSeconds:0} s after it was created");
            await Task.Delay(Look, time, cancel);
        }
    }

    private Task<bool> ServesAsync(JsonObject definition, CancellationToken cancel)
    {
        var version = definition.ItemsAt("spec", "versions").First(version => version.FlagAt("served") == true).TextAt("name") ?? "";
        return api.ServesAsync(
            new ResourceKind(definition.TextAt("spec", "group") ?? "", version, definition.TextAt("spec", "names", "plural") ?? "",
            definition.TextAt("spec", "names", "kind") ?? "", true),
            cancel);
    }
}
