using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Reconciling;

namespace Canary.Sandbox.Workloads.Revisions;

/// <summary>The templates that a StatefulSet or a DaemonSet has had, kept as ControllerRevisions.</summary>
/// <param name="api">The server.</param>
/// <param name="kind">Kind of the workload.</param>
/// <param name="hashLabel">Label of a revision with the hash of its template.</param>
/// <param name="writing">How it writes.</param>
internal sealed class RevisionHistory(ApiClient api, ResourceKind kind, string hashLabel, WriteOptions writing)
{
    /// <summary>All revisions of the workload, the oldest first, with the one of its present template as the last.</summary>
    public async Task<IReadOnlyList<JsonObject>> SyncAsync(JsonObject owner, CancellationToken cancel)
    {
        var revisions = (await api.ClaimAsync(kind, owner, KnownKinds.ControllerRevisions, writing, cancel)).OrderBy(NumberOf).ToList();
        var template = owner.At("spec", "template");
        var last = revisions.LastOrDefault();
        if (last is not null && PodTemplate.AreEqual(TemplateOf(last), template)) return revisions;

        var number = (last is null ? 0 : NumberOf(last)) + 1;
        // A template that comes back takes its old revision with it.
        if (revisions.FirstOrDefault(revision => PodTemplate.AreEqual(TemplateOf(revision), template)) is { } known)
        {
            var patch = new Patch.Merge(new JsonObject { ["revision"] = number });
            revisions.Remove(known);
            revisions.Add(await api.PatchAsync(KnownKinds.ControllerRevisions, ObjectName.Of(known), patch, null, writing, cancel));
            return revisions;
        }

        revisions.Add(await CreateAsync(owner, number, cancel));
        return revisions;
    }

    /// <summary>Deletes the oldest revisions beyond <c>revisionHistoryLimit</c> that nobody uses.</summary>
    public async Task ForgetAsync(JsonObject owner, IReadOnlyList<JsonObject> revisions, IReadOnlySet<string> used,
        CancellationToken cancel)
    {
        var idle = revisions.Where(revision => !used.Contains(revision.Name())).ToList();
        foreach (var revision in idle.Take(idle.Count - (owner.NumberAt("spec", "revisionHistoryLimit") ?? 10)))
        {
            var options = new DeleteOptions(Uid: revision.Uid());
            await api.DeleteAsync(KnownKinds.ControllerRevisions, ObjectName.Of(revision), options, cancel);
        }
    }

    public static JsonNode? TemplateOf(JsonObject revision)
    {
        var template = revision.At("data", "spec", "template")?.DeepClone();
        (template as JsonObject)?.Remove("$patch");
        return template;
    }

    private async Task<JsonObject> CreateAsync(JsonObject owner, int number, CancellationToken cancel)
    {
        for (var collisions = 0; ; collisions++)
        {
            try
            {
                var document = Document(owner, PodTemplate.HashOf(owner.At("spec", "template"), collisions), number);
                return await api.CreateAsync(KnownKinds.ControllerRevisions, owner.Namespace(), document, writing, cancel);
            }
            catch (ApiException taken) when (taken.IsAlreadyExists && collisions < 10)
            {
                // Another template with the same hash has the name.
            }
        }
    }

    private JsonObject Document(JsonObject owner, string hash, int number)
    {
        var template = owner.At("spec", "template")!.DeepClone().AsObject();
        template["$patch"] = "replace";
        var labels = owner.At("spec", "template", "metadata", "labels")!.DeepClone().AsObject();
        labels[hashLabel] = hash;
        return new JsonObject
        {
            ["apiVersion"] = KnownKinds.ControllerRevisions.ApiVersion,
            ["kind"] = KnownKinds.ControllerRevisions.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{owner.Name()}-{hash}",
                ["namespace"] = owner.Namespace(),
                ["labels"] = labels,
                ["ownerReferences"] = new JsonArray(Ownership.ControllerReference(owner, kind)),
            },
            ["data"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = template } },
            ["revision"] = number,
        };
    }

    private static int NumberOf(JsonObject revision) => revision.NumberAt("revision") ?? 0;
}
