using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.GatewayApi;
using Canary.Kubernetes.Traffic.Istio;
using Microsoft.Extensions.Logging;

namespace Canary.Sandbox.World;

/// <summary>Puts the documents of the sandbox into an API server. It creates what is missing and changes nothing that is there, whoever
/// made it and whenever: a second start must not reset a weight, and a mesh or a Canary that is installed keeps its own kinds.</summary>
internal sealed class Installer(ApiClient api, TimeProvider time, ILogger log)
{
    private static readonly WriteOptions Writing = new("canary-sandbox", FieldValidation: "Strict");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private static readonly ResourceKind[] Kinds =
    [
        KnownKinds.Namespaces, KnownKinds.Services, KnownKinds.Deployments, IstioKinds.VirtualServices, IstioKinds.DestinationRules,
        .. GatewayKinds.All, KnownKinds.CustomResourceDefinitions, KnownKinds.AnalysisTemplates, KnownKinds.ClusterAnalysisTemplates,
        KnownKinds.AnalysisRuns, KnownKinds.Rollouts, KnownKinds.ConfigMaps, KnownKinds.ScaledObjects,
    ];

    /// <summary>The mesh's kinds, KEDA's and Canary's own, each where there is none.</summary>
    /// <param name="meshVersion">Version in which the mesh's kinds are served where they are created.</param>
    public async Task InstallKindsAsync(string meshVersion, CancellationToken cancel)
    {
        foreach (var definition in Manifests.MeshDefinitions)
        {
            definition["spec"]!["versions"]![0]!["name"] = meshVersion;
            await CreateKindAsync(definition, cancel);
        }

        foreach (var definition in Manifests.GatewayDefinitions) await CreateKindAsync(definition, cancel);
        foreach (var definition in Manifests.KedaDefinitions) await CreateKindAsync(definition, cancel);
        foreach (var definition in Manifests.CanaryKinds) await CreateKindAsync(definition, cancel);
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

    /// <summary>Creates a definition that is missing, one that is just being deleted when it is gone, and waits until its kind is
    /// served.</summary>
    private async Task CreateKindAsync(JsonObject definition, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        await CreateAsync(definition, cancel);
        while (await api.FindAsync(KnownKinds.CustomResourceDefinitions, ObjectName.Of(definition), cancel) is not { } found
            || found.IsTerminating() || !await api.ServesAsync(KindOf(definition), cancel))
        {
            if (time.GetElapsedTime(started) > Patience)
                throw new TimeoutException(
                    $"CustomResourceDefinition "
                        + $"{definition.Name()}: "
                        + $"{string.Join(", ", KindOf(definition).OtherVersions.Prepend(KindOf(definition).Version))}: not served "
                        + $"after {Patience.TotalSeconds:0} s; the sandbox changes no definition that is there");
            await Task.Delay(Look, time, cancel);
            await CreateAsync(definition, cancel);
        }

        var present = await api.FindAsync(KnownKinds.CustomResourceDefinitions, ObjectName.Of(definition), cancel);
        if (definition.TextAt("spec", "group") == KnownKinds.Rollouts.Group && !HasSchemaOf(present, definition))
            log.Progress(
                $"CustomResourceDefinition {definition.Name()} is there in another form than this build's, and stays so; kubectl apply -k "
                    + "deploy/crds brings it up to date");
    }

    private static bool HasSchemaOf(JsonObject? present, JsonObject definition) =>
        present is not null
        && JsonNode.DeepEquals(present.ItemsAt("spec", "versions").FirstOrDefault()?["schema"], definition.ItemsAt("spec", "versions")
            .First()["schema"]);

    /// <summary>The kind as Canary's own programs will ask for it, in any of its versions.</summary>
    private static ResourceKind KindOf(JsonObject definition) =>
        Kinds.First(kind => kind.Group == definition.TextAt("spec", "group")
            && kind.Plural == definition.TextAt("spec", "names", "plural"));
}
