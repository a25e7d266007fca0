using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.Configuration;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Pods;
using Canary.Kubernetes.Sets;
using Canary.Kubernetes.StableCopy;
using Canary.Kubernetes.Traffic.Registry;

namespace Canary.Kubernetes.Workloads;

/// <summary>The two sides as Services, Deployments and EndpointSlices show them.</summary>
/// <param name="client">Speaks to the API server.</param>
/// <param name="caches">What is known of the cluster.</param>
/// <param name="key">The Secret that holds the key of hashes of ConfigMaps and Secrets; null: their content is no part of a
/// revision.</param>
public sealed class KubernetesWorkloads(ApiClient client, RolloutCaches caches, ObjectName? key = null) : IWorkloads
{
    private readonly PodReader _reader = new(client, caches);
    private readonly PodProblems _problems = new(client);
    private readonly TemplateHashes _hashes = new();
    private readonly DaemonSetRevisions _revisions = new(client);
    private readonly ConfigurationTracking _configuration = new(caches.Configuration,
        key is { } name ? new ConfigurationKeys(client, name, caches.Time) : null);

    /// <inheritdoc />
    public async Task<WorkloadReading> ObserveAsync(RolloutSnapshot rollout, TrafficSpec traffic, CancellationToken cancel)
    {
        if (rollout.Status.Governing(rollout.Spec)?.Set is { } set)
            return await Sets.ObserveAsync(rollout, set, traffic, cancel);
        var problems = new List<SpecError>();
        var workload = rollout.Status.Governing(rollout.Spec)?.Workload;
        var first = await FindAsync(rollout, traffic, traffic.NamedStable, "stable", problems, cancel);
        var second = await FindAsync(rollout, traffic, traffic.NamedCanary, "canary", problems, cancel);
        var configuration = workload is null ? ConfigurationView.None : await ReadAsync(rollout, first, second, cancel);
        var (scheme, current) = SideSchemes.Find(rollout.Status, first, second, configuration, problems);
        problems.AddRange(SideSchemes.CheckSelectors(rollout.Status, scheme, current, first, second));
        var schemes = (scheme, current, configuration);
        var one = (await ObserveAsync(rollout.Name.Namespace, first, Side.NamedStable, schemes, cancel)) with
        {
            Sequence = Sequence(rollout, first),
        };
        var other = (await ObserveAsync(rollout.Name.Namespace, second, Side.NamedCanary, schemes, cancel)) with
        {
            Sequence = Sequence(rollout, second),
        };
        other = configuration.Describe(other, first.Deployment, second.Deployment, scheme, current);
        var copy = workload is null ? null
            : await Copies.ObserveAsync(rollout, workload, first, second,
                other.IsUpdated && DeploymentReading.RunsOneTemplate(rollout, second.Deployment) ? other.Revision : null, problems, cancel);
        if (copy is not null && first.Deployment is { } copied)
            copy = copy with
            {
                IsConfigurationDue = (await new ConfigurationCopies(client, caches, rollout)
                    .FindLostAsync(copied, configuration, cancel)).Count > 0,
            };
        one = await new StableObserver(client, configuration).ObserveAsync(rollout.Status, scheme, first, one, second, cancel);
        // Until the copy serves, the workload's pods are behind both Services.
        if (IsToBeChecked(rollout, traffic, other.Revision) && copy is null or { Serving: StableServing.Copy })
            (one, other) = await CheckPodsAsync(rollout.Name.Namespace, first, one, second, other, problems, cancel);
        else Forget(rollout.Name.Namespace, first, second);
        var isLost = configuration.IsLost(Template(second), scheme);
        return new WorkloadReading(one, other, problems.ToEquatableArray())
        {
            Scheme = scheme,
            CurrentScheme = current,
            IsSchemeLost = isLost,
            AreTemplatesAlike = isLost && scheme is not null && TemplateHash.AreAlike(Template(first), Template(second), scheme),
            UntrackedConfiguration = configuration.Problem,
            Copy = copy,
            Templates = await FindTemplatesAsync(rollout, first, second, scheme, configuration, cancel),
            IsStale = Blindness() is not null,
        };
    }

    /// <inheritdoc />
    public async Task<WriteResult> PromoteTemplateAsync(RolloutSnapshot rollout, TrafficSpec traffic, Side from, string revision,
        Claim claim, CancellationToken cancel)
    {
        var problems = new List<SpecError>();
        var first = await FindAsync(rollout, traffic, traffic.NamedStable, "stable", problems, cancel);
        var second = await FindAsync(rollout, traffic, traffic.NamedCanary, "canary", problems, cancel);
        if (problems.Count > 0) return new WriteResult.Refused(string.Join("; ", problems));
        var (source, target) = from is Side.NamedStable ? (first, second) : (second, first);
        if (source.Deployment is null || target.Deployment is null)
            return new WriteResult.Refused("both sides must name their workload: the template of one is written into the other");
        var configuration = rollout.Status.Governing(rollout.Spec)?.Workload is null ? ConfigurationView.None
            : await ReadAsync(rollout, first, second, cancel);
        if (SideSchemes.Find(rollout.Status, first, second, configuration, problems).Scheme is not { } scheme)
            return new WriteResult.Refused(string.Join("; ", problems));
        return await new TemplatePromotion(client, caches, rollout, claim, configuration)
            .WriteAsync(source.Deployment, from, target.Deployment, scheme, revision, cancel);
    }

    /// <inheritdoc />
    public async Task<WriteResult> RestoreTemplateAsync(RolloutSnapshot rollout, TrafficSpec traffic, string revision, string from,
        CancellationToken cancel)
    {
        var problems = new List<SpecError>();
        var first = await FindAsync(rollout, traffic, traffic.NamedStable, "stable", problems, cancel);
        var second = await FindAsync(rollout, traffic, traffic.NamedCanary, "canary", problems, cancel);
        var configuration = rollout.Status.Governing(rollout.Spec)?.Workload is null ? ConfigurationView.None
            : await ReadAsync(rollout, first, second, cancel);
        if (second.Deployment is null
            || SideSchemes.Find(rollout.Status, first, second, configuration, problems).Scheme is not { } scheme)
            return new WriteResult.Refused(string.Join("; ", problems));
        return await new TemplateRestoration(client, caches, configuration)
            .WriteAsync(first.Deployment, second.Deployment, scheme, revision, from, cancel);
    }

    /// <inheritdoc />
    public async Task<WriteResult> ClaimStableAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel)
    {
        if (traffic is not { NamedStable.Workload: { } workload, NamedCanary.Workload: not null }) return new WriteResult.Applied(0);
        var name = new ObjectName(rollout.Name.Namespace, workload.Name);
        try
        {
            return await caches.Deployments.FindAsync(name, cancel) is { } stable
                ? await new TemplatePromotion(client, caches, rollout, claim, ConfigurationView.None).ClaimAsync(stable, cancel)
                : new WriteResult.Applied(0);
        }
        catch (ApiException failure)
        {
            return new WriteResult.Refused($"Deployment {name}: {failure.Status.Message}");
        }
    }

    /// <inheritdoc />
    public async Task<WriteResult> ReleaseStableAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel)
    {
        if (traffic is not { NamedStable.Workload: { } workload, NamedCanary.Workload: not null }) return new WriteResult.Applied(0);
        var name = new ObjectName(rollout.Name.Namespace, workload.Name);
        try
        {
            return await caches.Deployments.FindAsync(name, cancel) is { } stable
                ? await new TemplatePromotion(client, caches, rollout, claim with { Sequence = Claim.LargestSequence },
                    ConfigurationView.None)
                    .ReleaseAsync(stable, rollout.Status.TemplateSequence is not null, () => caches.Deployments.FindAsync(name, cancel),
                        cancel)
                : new WriteResult.Applied(0);
        }
        catch (ApiException failure)
        {
            return new WriteResult.Refused($"Deployment {name}: {failure.Status.Message}");
        }
    }

    /// <inheritdoc />
    public async Task<WriteResult> ArrangeAsync(RolloutSnapshot rollout, RolloutSpec spec, CopyLevels levels, CancellationToken cancel)
    {
        if (spec.Workload is not { } workload) return new WriteResult.Applied(0);
        try
        {
            // First of all: the traffic of an abort waits for these pods, whatever is in the way of the rest.
            var (grown, failed) = await GrowAsync(rollout, spec.Traffic, workload, levels, cancel);
            if (failed is not null) return failed;
            var (first, second, revision, problems) = await FindSidesAsync(rollout, spec.Traffic, workload, cancel);
            if (problems.Count > 0) return new WriteResult.Refused(string.Join("; ", problems));
            var configuration = await ReadAsync(rollout, first, second, cancel);
            var arranged = await new CopyWriter(client, caches, Copies, rollout, workload, configuration)
                .ArrangeAsync(spec.Traffic, levels, first, second, revision, new AutoscalerWriter(client, caches, rollout, workload),
                    cancel);
            return arranged is WriteResult.Applied applied ? applied with { Writes = applied.Writes + grown } : arranged;
        }
        catch (ApiException failure)
        {
            return new WriteResult.Refused(failure.Status.Message);
        }
    }

    /// <inheritdoc />
    public Task<WriteResult> ArrangeSetAsync(RolloutSnapshot rollout, RolloutSpec spec, SetLevels levels, CancellationToken cancel) =>
        Sets.ArrangeAsync(rollout, spec, levels, cancel);

    /// <inheritdoc />
    public async Task<HandBackResult> HandBackAsync(RolloutSnapshot rollout, RolloutSpec spec, CancellationToken cancel)
    {
        if (spec.Set is { } set) return await Sets.HandBackAsync(rollout, set, spec.Traffic, cancel);
        if (spec.Workload is not { } workload) return new HandBackResult(null, false);
        // Whatever becomes of the rest: the copy may be what serves in the end.
        if ((await GrowAsync(rollout, spec.Traffic, workload, null, cancel)).Failed is { } small)
            return new HandBackResult(CopyRemoval.Message(small), false);
        var (first, second, _, _) = await FindSidesAsync(rollout, spec.Traffic, workload, cancel);
        return await Removal(rollout, workload).HandBackAsync(first, second, cancel);
    }

    /// <inheritdoc />
    public async Task<WriteResult> RemoveCopyAsync(RolloutSnapshot rollout, RolloutSpec spec, CancellationToken cancel)
    {
        if (spec.Workload is not { } workload) return new WriteResult.Applied(0);
        var (first, second, _, _) = await FindSidesAsync(rollout, spec.Traffic, workload, cancel);
        return await Removal(rollout, workload).RemoveAsync(first, second, cancel);
    }

    // Only who asks for an old version has to know which there are, and only then it costs a request.
    private Task<EquatableArray<string>?> FindTemplatesAsync(RolloutSnapshot rollout, SideObjects first, SideObjects second,
        RevisionScheme? scheme, ConfigurationView configuration, CancellationToken cancel) =>
        rollout is { Status.IsRunning: false, Request: { Action: RequestAction.Undo or RequestAction.RollbackTo } request }
        && request.Id != rollout.Status.LastRequest?.Id && scheme is not null && second.Deployment is { } canary
            ? new RevisionTemplates(client, rollout.Name.Namespace).FindNamesAsync(first.Deployment, canary, scheme, configuration,
                cancel)
            : Task.FromResult<EquatableArray<string>?>(null);

    private CopyObserver Copies => new(caches, _reader);

    private SetWorkloads Sets => new(client, caches, _reader, _revisions);

    private CopyRemoval Removal(RolloutSnapshot rollout, CopiedWorkload workload) =>
        new(new CopyWriter(client, caches, Copies, rollout, workload, ConfigurationView.None), Copies,
            new AutoscalerWriter(client, caches, rollout, workload), rollout, workload);

    // Of these levels the larger copy alone; null: all the pods that it gave away for a release.
    private async Task<(int Writes, WriteResult? Failed)> GrowAsync(RolloutSnapshot rollout, TrafficSpec traffic,
        CopiedWorkload workload, CopyLevels? levels, CancellationToken cancel)
    {
        var first = await FindAsync(rollout, traffic, traffic.NamedStable, "stable", [], cancel);
        var writer = new CopyWriter(client, caches, Copies, rollout, workload, ConfigurationView.None);
        var failed = levels is null ? await writer.GrowAsync(first, cancel) : await writer.GrowAsync(levels, first, cancel);
        return (writer.Writes, failed);
    }

    private async Task<(SideObjects First, SideObjects Second, string? Revision, List<SpecError> Problems)> FindSidesAsync(
        RolloutSnapshot rollout, TrafficSpec traffic, CopiedWorkload workload, CancellationToken cancel)
    {
        var problems = new List<SpecError>();
        var first = await FindAsync(rollout, traffic, traffic.NamedStable, "stable", problems, cancel);
        var second = await FindAsync(rollout, traffic, traffic.NamedCanary, "canary", problems, cancel);
        var configuration = await ReadAsync(rollout, first, second, cancel);
        var scheme = SideSchemes.Find(rollout.Status, first, second, configuration, problems).Scheme;
        var revision = second.Deployment is { } deployment && DeploymentReading.RunsOneTemplate(rollout, deployment)
            ? _hashes.Compute(deployment, scheme, Side.NamedCanary, isCurrent: false, configuration) : null;
        Copies.FindObstacles(rollout, workload, first, second, problems);
        return (first, second, revision, problems);
    }

    private Task<ConfigurationView> ReadAsync(RolloutSnapshot rollout, SideObjects first, SideObjects second, CancellationToken cancel) =>
        _configuration.ReadAsync(rollout, second.Deployment, first.Deployment, cancel);

    private static JsonObject Template(SideObjects side) => Json.Object(side.Deployment, "spec", "template") ?? [];

    private static long? Sequence(RolloutSnapshot rollout, SideObjects side) =>
        side.Deployment is { } deployment ? ClaimPatch.SequenceOf(deployment, rollout) : null;

    private async Task<SideObjects> FindAsync(
        RolloutSnapshot rollout, TrafficSpec traffic, SideSpec side, string role, List<SpecError> problems, CancellationToken cancel)
    {
        var ns = rollout.Name.Namespace;
        var service = caches.Services.Get(new ObjectName(ns, side.Service));
        // What Canary makes is no problem where it is not there.
        var isMade = rollout.Status.Governing(rollout.Spec)?.Workload is not null;
        if (service is null && !isMade)
            problems.Add(new SpecError($"spec.traffic.{role}.service",
                $"Service {ns}/{side.Service} is not there; {ExistingNames.Describe(caches.Services.Names(ns), ns)}"));
        if (service is not null && !isMade) problems.AddRange(OtherControllers.OfService($"spec.traffic.{role}.service", service));

        IReadOnlyDictionary<string, string>? subset = null;
        if (side.Subset is not null)
        {
            var router = RouterRegistry.Of(traffic.Router);
            subset = router.FindSubset(traffic.Router, ns, side, caches.Lookup);
            if (subset is null && router.SubsetProblem(traffic.Router, ns, side, role, caches.Lookup) is var problem
                && !problems.Contains(problem)) problems.Add(problem);
        }

        JsonObject? deployment = null;
        if (side.Workload is { } workload)
        {
            deployment = await caches.Deployments.FindAsync(new ObjectName(ns, workload.Name), cancel);
            if (deployment is null && !(isMade && role == "stable"))
                problems.Add(new SpecError(isMade ? "spec.workload.name" : $"spec.traffic.{role}.workload.name",
                    $"Deployment {ns}/{workload.Name} is not there; {caches.Deployments.DescribeNames(ns)}"));
            // The promotion writes stable's template.
            if (deployment is not null && !isMade && role == "stable")
                problems.AddRange(OtherControllers.OfWorkload("spec.traffic.stable.workload.name", workload.Kind, deployment));
        }

        return new SideObjects(side, service, subset, deployment);
    }

    private async Task<SideObservation> ObserveAsync(string ns, SideObjects side, Side name,
        (RevisionScheme? InForce, RevisionScheme? Current, ConfigurationView Configuration) schemes, CancellationToken cancel)
    {
        var isMissing = side.Service is null || (side.Spec.Subset is not null && side.Subset is null);
        var blindness = Blindness();
        var ready = 0;
        try
        {
            if (!isMissing) ready = await new SidePods(_reader).CountReadyAsync(ns, side.Service!, side.Subset, cancel);
        }
        catch (ApiException failure)
        {
            // Nothing is raised, and nothing that may be ready is taken for lost: an abort needs a stable side to go back to.
            blindness ??= Unreadable(side, failure);
            ready = new SidePods(_reader).CountReady(ns, side.Service!);
        }

        if (side.Deployment is not { } deployment)
            return new SideObservation(null, ready, 0, side.Spec.Workload is null && blindness is null, blindness);
        var desired = DeploymentReading.DesiredPods(deployment);
        var isRolledOut = blindness is null && DeploymentReading.IsRolledOut(deployment);
        return new SideObservation(_hashes.Compute(deployment, schemes.InForce, name, isCurrent: false, schemes.Configuration),
            ready, desired, isRolledOut,
            isRolledOut && (ready > 0 || desired == 0) ? null : blindness ?? await _problems.FindAsync(ns, deployment, cancel))
        {
            CurrentRevision = _hashes.Compute(deployment, schemes.Current, name, isCurrent: true, schemes.Configuration),
            IsUpdated = blindness is null && DeploymentReading.IsUpdated(deployment),
            AvailablePods = DeploymentReading.AvailablePods(deployment),
            Workload = new ObservedWorkload(Json.Name(deployment), Documents.Uid(deployment),
                Json.Whole(deployment, "metadata", "generation") ?? 0),
        };
    }

    /// <summary>Who owns the pods is asked before a revision begins and at every look while one is under way. An idle rollout costs no
    /// request.</summary>
    private static bool IsToBeChecked(RolloutSnapshot rollout, TrafficSpec traffic, string? canary) =>
        rollout.Status.IsRunning
        || rollout.Status.StableRevision is null
        || rollout.Status.Accepted?.Traffic != traffic
        || (canary ?? rollout.Spec?.Revision) != rollout.Status.CanaryRevision
        || (rollout.Request is { } request && request.Id != rollout.Status.LastRequest?.Id);

    private async Task<(SideObservation First, SideObservation Second)> CheckPodsAsync(
        string ns, SideObjects first, SideObservation one, SideObjects second, SideObservation other, List<SpecError> problems,
        CancellationToken cancel)
    {
        var owners = new EndpointOwners(_reader);
        try
        {
            if (first.Spec.Workload is null && await owners.CheckOverlapAsync(ns, first, second, cancel) is { } overlap)
            {
                problems.Add(new SpecError($"spec.traffic.canary.{Selecting(second)}", overlap));
                return (one, other with { ForeignPods = overlap });
            }

            one = await CheckAsync(first, one, "stable", second);
            other = await CheckAsync(second, other, "canary", first);
        }
        catch (ApiException failure) when (failure.IsForbidden)
        {
            problems.Add(new SpecError("spec.traffic",
                $"nobody knows whose pods the sides contain: {failure.Message}. Apply the ClusterRole of this version "
                    + "(deploy/base/rbac.yaml)"));
        }
        catch (ApiException failure)
        {
            return (one with { IsRolledOut = false, IsUpdated = false, Problem = Unreadable(first, failure) },
                other with { IsRolledOut = false, IsUpdated = false, Problem = Unreadable(second, failure) });
        }

        return (one, other);

        async Task<SideObservation> CheckAsync(SideObjects side, SideObservation seen, string role, SideObjects opposite)
        {
            var (problem, doubt) = await owners.CheckAsync(ns, side, role, opposite, cancel);
            if (problem is not null) problems.Add(new SpecError($"spec.traffic.{role}.{Selecting(side)}", problem));
            return doubt is null ? seen with { ForeignPods = problem }
                : seen with { IsRolledOut = false, IsUpdated = false, Problem = doubt };
        }
    }

    /// <summary>The pods of a subset are counted at every look; else nobody needs what was read. An idle rollout is seldom looked at, so
    /// its revisions are computed again then.</summary>
    private void Forget(string ns, SideObjects first, SideObjects second)
    {
        foreach (var side in new[] { first, second })
        {
            if (side.Spec.Subset is null) _reader.Forget(ns, side.Spec.Service);
            if (side.Deployment is { } deployment) _hashes.Forget(Documents.Uid(deployment));
        }
    }

    private static string Selecting(SideObjects side) => side.Spec.Subset is null ? "service" : "subset";

    private static string Unreadable(SideObjects side, ApiException failure) =>
        $"the pods of Service {side.Spec.Service} cannot be read: {failure.Message}";

    /// <summary>Why nobody knows whether pods that were ready still are: nothing is raised on the word of an old view. Null: the caches
    /// follow the server.</summary>
    private string? Blindness() =>
        (caches.EndpointSlices.Problem ?? caches.Deployments.Cache.Problem) is { } problem
        ? $"pods cannot be watched: {problem.Status.Message}" : null;
}
