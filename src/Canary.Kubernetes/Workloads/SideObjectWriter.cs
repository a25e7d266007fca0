using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching.Rollouts;

namespace Canary.Kubernetes.Workloads;

/// <summary>Makes and patches workloads and Services, and notes what was written in their caches.</summary>
internal sealed class SideObjectWriter(ApiClient client, RolloutCaches caches)
{
    public static readonly WriteOptions Options = new("canary", FieldValidation: "Strict", IsRepeatable: true);

    /// <summary>How many writes there were.</summary>
    public int Writes { get; set; }

    /// <summary>Makes an object; null: it is made.</summary>
    public async Task<WriteResult?> CreateAsync(ResourceKind kind, JsonObject document, CancellationToken cancel)
    {
        var name = ObjectName.Of(document);
        try
        {
            using var write = caches.Writes.Begin(kind, name);
            var written = await client.CreateAsync(kind, name.Namespace, document, Options, cancel);
            Note(kind, written);
            write.Answered(written);
            Writes++;
            return null;
        }
        catch (ApiException failure) when (failure.IsAlreadyExists)
        {
            return new WriteResult.Contended($"{kind.Kind} {name} was made since it was looked for");
        }
        catch (ApiException failure)
        {
            return Failed($"{kind.Kind} {name}", failure);
        }
    }

    /// <summary>Patches the object that was read; null: it is patched.</summary>
    public async Task<WriteResult?> PatchAsync(ResourceKind kind, JsonObject document, JsonArray patch, CancellationToken cancel)
    {
        var name = ObjectName.Of(document);
        try
        {
            using var write = caches.Writes.Begin(kind, name);
            var written = await client.PatchAsync(kind, name, new Patch.JsonPatch(patch), null, Options, cancel);
            Note(kind, written);
            write.Answered(written);
            Writes++;
            return null;
        }
        catch (ApiException failure)
        {
            return failure.IsInvalid && await IsChangedAsync(kind, document, name, cancel)
                ? new WriteResult.Contended($"{kind.Kind} {name} was modified by another client since it was read")
                : Failed($"{kind.Kind} {name}", failure);
        }
    }

    public static JsonObject TestVersion(JsonObject document) =>
        JsonPatchText.Test("/metadata/resourceVersion", Documents.ResourceVersion(document));

    /// <summary>A refusal, or a write that was overtaken.</summary>
    public static WriteResult Failed(string title, ApiException failure) =>
        failure.IsConflict || failure.IsNotFound ? new WriteResult.Contended($"{title}: {failure.Status.Message}")
            : new WriteResult.Refused($"{title}: {failure.Status.Message}");

    // A test of a patch that does not hold is answered like a document that is refused.
    private async Task<bool> IsChangedAsync(ResourceKind kind, JsonObject document, ObjectName name, CancellationToken cancel)
    {
        if (await client.FindAsync(kind, name, cancel) is not { } live) return true;
        var isChanged = Documents.ResourceVersion(live) != Documents.ResourceVersion(document);
        Note(kind, live);
        return isChanged;
    }

    private void Note(ResourceKind kind, JsonObject written)
    {
        if (kind == KnownKinds.Deployments) caches.Deployments.Note(written);
        else if (kind == KnownKinds.StatefulSets) caches.StatefulSets.Note(written);
        else if (kind == KnownKinds.DaemonSets) caches.DaemonSets.Note(written);
        else if (kind == KnownKinds.Services) caches.Services.Note(written);
        else caches.Cache(kind).Note(written);
    }
}
