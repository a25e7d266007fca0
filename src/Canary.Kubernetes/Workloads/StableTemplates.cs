using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Configuration;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads;

/// <summary>Finds the template that a copy is made from. One that somebody deleted in the middle of a rollout runs the stable version
/// again: old ReplicaSets of the workload remember its template, and the copies of ConfigMaps and Secrets its configuration.</summary>
internal sealed class StableTemplates(ApiClient client, ConfigurationCopies copies, RolloutSnapshot rollout, CopiedWorkload workload,
    ConfigurationView configuration)
{
    /// <summary>The template, as it is in the workload, and what its pods read; null: nobody remembers it.</summary>
    /// <param name="source">The workload, whole.</param>
    /// <param name="changed">The label that tells the copy's pods from those of the workload.</param>
    /// <param name="stable">The stable revision; null: that of the workload.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async Task<(JsonObject? Template, ConfigurationView? Content)> FindAsync(JsonObject source, string changed, string? stable,
        CancellationToken cancel)
    {
        var current = Json.Object(source, "spec", "template")!;
        if (stable is null) return (current, configuration);
        var made = await copies.FindAsync(cancel);
        if (Find(current) is { } content) return (current, content);
        return (await new RevisionTemplates(client, rollout.Name.Namespace).OfAsync(source, cancel))
            .Select(template => (Template: (JsonObject?)template, Content: Find(template))).FirstOrDefault(one => one.Content is not null);

        ConfigurationView? Find(JsonObject template)
        {
            var scheme = rollout.Status.RevisionScheme ?? CopyDocuments.Scheme(
                CopyDocuments.Deployment(source, template, changed, workload, rollout.Name.Name, 1, configuration), source, workload,
                configuration);
            return configuration.Alternatives(template, scheme, made).FirstOrDefault(one => Compute(one) == stable).Content;

            string Compute((ConfigurationView Content, RevisionScheme Scheme) one)
            {
                if (scheme.Version >= RevisionScheme.OfConfiguration)
                    return TemplateHash.Compute(template, one.Scheme, Side.NamedCanary, one.Content);
                // Where the version under way reads nothing, stable's revision has the names of its copies in it.
                var copy = (JsonObject)template.DeepClone();
                if (one.Content.Tracked.Count > 0) one.Content.Fold(copy, one.Scheme);
                return TemplateHash.Compute(copy, scheme, Side.NamedCanary);
            }
        }
    }
}
