using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads;

/// <summary>The pod templates of old revisions. Both Deployments keep theirs in ReplicaSets, as many as <c>revisionHistoryLimit</c>
/// says.</summary>
internal sealed class RevisionTemplates(ApiClient client, string ns)
{
    /// <summary>Each revision once, newest first, with its template as the canary side has it. It costs a request a Deployment.</summary>
    /// <param name="stable">Stable's Deployment; null: there is none.</param>
    /// <param name="canary">The canary side's.</param>
    /// <param name="scheme">How their templates become revisions.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async Task<IReadOnlyList<(string Revision, JsonObject Template)>> ListAsync(JsonObject? stable, JsonObject canary,
        RevisionScheme scheme, CancellationToken cancel)
    {
        var templates = await OfAsync(canary, cancel);
        var found = templates.Prepend(Template(canary))
            .Select(template => (Revision: TemplateHash.Compute(template, scheme, Side.NamedCanary), Template: template)).ToList();
        if (stable is not null)
            found.AddRange((await OfAsync(stable, cancel)).Prepend(Template(stable))
                .Select(template => (TemplateHash.Compute(template, scheme, Side.NamedStable),
                    TemplateHash.Transfer(template, Template(canary), scheme))));
        return [.. found.DistinctBy(one => one.Revision)];
    }

    /// <summary>The revisions alone; null: the ReplicaSets cannot be read now, which is no reason to stop anything else.</summary>
    public async Task<EquatableArray<string>?> FindNamesAsync(JsonObject? stable, JsonObject canary, RevisionScheme scheme,
        CancellationToken cancel)
    {
        try
        {
            return (await ListAsync(stable, canary, scheme, cancel)).Select(one => one.Revision).ToEquatableArray();
        }
        catch (ApiException)
        {
            return null;
        }
    }

    /// <summary>The templates of a Deployment's ReplicaSets, newest first, without what a ReplicaSet adds.</summary>
    public async Task<IReadOnlyList<JsonObject>> OfAsync(JsonObject deployment, CancellationToken cancel)
    {
        var selector = string.Join(',', CopyObserver.Labels(deployment).Select(label => $"{label.Key}={label.Value}"));
        var sets = await client.ListAllAsync(KnownKinds.ReplicaSets, ns, new ListOptions(LabelSelector: selector), cancel);
        return [.. sets.Items.Where(set => ObjectOwner.Read(set)?.Uid == Documents.Uid(deployment))
            .OrderByDescending(set => CopyObserver.Number(set, "deployment.kubernetes.io/revision") ?? 0)
            .Select(CopyDocuments.OfReplicaSet)];
    }

    private static JsonObject Template(JsonObject deployment) => Json.Object(deployment, "spec", "template") ?? [];
}
