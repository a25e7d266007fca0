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
using Canary.Kubernetes.Configuration;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Pods;
using Canary.Kubernetes.StableCopy;

namespace Canary.Kubernetes.Workloads;

/// <summary>The pod templates of old revisions. Both Deployments keep theirs in ReplicaSets, as many as <c>revisionHistoryLimit</c>
/// says.</summary>
internal sealed class RevisionTemplates(ApiClient client, string ns)
{
    /// <summary>Each revision once, newest first, with its template as the canary side has it. It costs a request a Deployment.</summary>
    /// <param name="stable">Stable's Deployment; null: there is none.</param>
    /// <param name="canary">The canary side's.</param>
    /// <param name="scheme">How their templates become revisions.</param>
    /// <param name="configuration">What ConfigMaps and Secrets hold now: an old template with it is what the canary side would have. Null:
    /// not known, so that only stable's revisions are, whatever they hold now.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async Task<IReadOnlyList<(string Revision, JsonObject Template)>> ListAsync(JsonObject? stable, JsonObject canary,
        RevisionScheme scheme, ConfigurationView? configuration, CancellationToken cancel)
    {
        var isKnown = scheme.Version < RevisionScheme.OfConfiguration || configuration is not null;
        var templates = isKnown ? (await OfAsync(canary, cancel)).Prepend(Template(canary)) : [];
        var found = templates.Select(template => (Revision: Compute(template), Template: template)).ToList();
        if (stable is not null)
            found.AddRange((await OfAsync(stable, cancel)).Prepend(Template(stable)).Select(template =>
            {
                var released = TemplateHash.Transfer(template, Template(canary), scheme);
                ConfigurationView.Restore(released);
                CopyAntiAffinity.Remove(released);
                PinnedImages.Unpin(released);
                return (isKnown ? Compute(released) : TemplateHash.Compute(template, scheme, Side.NamedStable), released);
            }));
        return [.. found.DistinctBy(one => one.Revision)];

        string Compute(JsonObject template) => TemplateHash.Compute(template, scheme, Side.NamedCanary, configuration);
    }

    /// <summary>The revisions alone; null: the ReplicaSets cannot be read now, which is no reason to stop anything else.</summary>
    public async Task<EquatableArray<string>?> FindNamesAsync(JsonObject? stable, JsonObject canary, RevisionScheme scheme,
        ConfigurationView configuration, CancellationToken cancel)
    {
        try
        {
            return (await ListAsync(stable, canary, scheme, configuration, cancel)).Select(one => one.Revision).ToEquatableArray();
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
