using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.StableCopy;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.StableCopy;
using Canary.Kubernetes.Workloads;

namespace Canary.Kubernetes.Linting;

/// <summary>The one workload of a Rollout, and the Services of the files that select its pods.</summary>
internal static class WorkloadLint
{
    public static IEnumerable<LintFinding> Check(LintDocument rollout, RolloutSpec spec, CopiedWorkload workload, LintDocument? source,
        IReadOnlyList<LintDocument> all)
    {
        if (source is null) return [];
        var reserved = ReservedPodLabels.Find(source.Root).Select(problem => rollout.Finding(problem.Path, problem.Message));
        var selector = CopyObserver.Labels(source.Root);
        string[] known = [workload.ClientService, spec.Traffic.NamedStable.Service, spec.Traffic.NamedCanary.Service];
        return reserved.Concat(all
            .Where(one => one.Kind == "Service" && one.Namespace == rollout.Namespace && !known.Contains(one.Name)
                && selector.Count > 0 && CopyObserver.Selects(one.Root, selector))
            .Select(one => one.Finding("spec.selector", $"it selects as Deployment {workload.Reference.Name} does "
                + $"({Describe(one.Root)}), whose pods are the canary's: while Rollout {rollout.Name} is there, Canary lets it select by "
                + $"canary.delivery/serves. Let the tool that applies it ignore /spec/selector") with
            { IsWarning = true }));
    }

    private static string Describe(JsonObject service) =>
        string.Join(',', Json.Map(service, "spec", "selector").Select(label => $"{label.Key}={label.Value}"));
}
