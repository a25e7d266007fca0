using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.PlainService;

/// <summary>A plain Service: its selector finds the pods of one side, or those of both that have a label.</summary>
/// <remarks>
/// The weights 0 and 100 are one write of the Service, whose selector becomes that of the side. It looks at no label that Canary writes
/// on pods, so a label that arrives late changes nothing, and pods that come while no controller runs are found. Between them the selector
/// is a label that all pods of stable have by their template and none of the canary's: pods that come while no controller runs make the
/// canary's share smaller, and never leave the Service empty.
/// </remarks>
internal sealed class PlainServiceRouter(ApiClient client, IRouterCaches caches) : ITrafficRouter
{
    private const string Path = "spec.workload.service";

    private readonly RoutedObjectWriter _writer =
        new(client, caches, KnownKinds.Services, new ServiceObjects(client, caches.Services));

    /// <inheritdoc />
    public Task<RouterReading> ReadAsync(RolloutSnapshot rollout, TrafficSpec traffic, CancellationToken cancel) =>
        Task.FromResult(Read(rollout, traffic));

    /// <inheritdoc />
    public async Task<WriteResult> ClaimAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel)
    {
        if (View(rollout, traffic) is not { } view) return NoWorkload();
        var (result, _) = await WriteAsync(view, null, rollout, claim, service => PlainServicePatch.ForClaim(service, claim), cancel);
        return result;
    }

    /// <inheritdoc />
    public async Task<WriteResult> ApplyAsync(RolloutSnapshot rollout, TrafficSpec traffic, RoutePlan plan, Claim claim,
        CancellationToken cancel)
    {
        if (View(rollout, traffic) is not { } view) return NoWorkload();
        var second = plan.Second;
        if (view.SelectorFor(second) is not { } selector)
            return new WriteResult.Refused($"the Service of the {(second == Weight.Zero ? "stable" : "canary")} side is not there, and "
                + $"{view.Title} is to select what it selects");
        try
        {
            return second == Weight.Zero || second == Weight.Full ? await SwitchAsync(view, rollout, second, selector, claim, cancel)
                : await ShareAsync(view, rollout, second, selector, claim, cancel);
        }
        catch (ApiException failure)
        {
            return new WriteResult.Refused($"the pods of {view.Title} cannot be read: {failure.Status.Message}");
        }
    }

    /// <inheritdoc />
    public async Task<ReleaseResult> ReleaseAsync(RolloutSnapshot rollout, TrafficSpec traffic, Weight? second, Claim claim,
        CancellationToken cancel)
    {
        if (View(rollout, traffic) is not { } view) return new ReleaseResult([], [], null, false);
        if (view.Document is not { } known) return new ReleaseResult([], [$"{view.Title} is not there"], null, false);
        if (_writer.Taken(known, rollout) is { } taken) return new ReleaseResult([], [taken], null, false);

        // A workload that serves again has given the Service the selector that its team wrote.
        var isOurs = Json.Text(known, "metadata", "annotations", CopyLabels.OriginalSelector) is not null;
        var selector = second is { } share && isOurs ? view.SelectorFor(share) : null;
        var isMoved = selector is not null && !ServiceView.AreEqual(Json.Map(known, "spec", "selector"), selector);
        var result = await _writer.ReleaseAsync(known, rollout, claim, service => PlainServicePatch.ForClaim(service, claim),
            service => PlainServicePatch.ForRelease(service, selector, claim), cancel);
        return result switch
        {
            WriteResult.Lost { IsToLaterLeader: true } later => new ReleaseResult([], [], null, true) { Term = later.Term },
            WriteResult.Applied => new ReleaseResult(isMoved ? [$"{view.Title} selects the pods of stable"] : [], [], null, false),
            WriteResult.Contended contended => new ReleaseResult([], [], contended.Message, false),
            WriteResult.Lost lost => new ReleaseResult([], [lost.Message], null, false),
            WriteResult.Refused refused => new ReleaseResult([], [], refused.Message, false),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    // One write, and the traffic is where it shall be. Labels that were the weight before mean nothing from then on; other Services of the
    // workload select by them.
    private async Task<WriteResult> SwitchAsync(ServiceView view, RolloutSnapshot rollout, Weight second,
        IReadOnlyDictionary<string, string> selector, Claim claim, CancellationToken cancel)
    {
        var (switched, service) = await WriteAsync(view, null, rollout, claim,
            one => PlainServicePatch.ForSelector(one, selector, claim), cancel);
        if (switched is not WriteResult.Applied { Writes: var first }) return switched;
        if (service is null || Json.Text(service, "metadata", "annotations", CopyLabels.Weight) is null) return switched;
        var reset = await new ServingPods(client, view).ResetAsync(second == Weight.Full, cancel);
        if (reset is not WriteResult.Applied { Writes: var labels }) return reset;
        var (noted, _) = await WriteAsync(view, service, rollout, claim, one => PlainServicePatch.ForLabels(one, null, claim), cancel);
        return noted is WriteResult.Applied { Writes: var last } ? new WriteResult.Applied(first + labels + last) : noted;
    }

    // The weight is noted first: from then on an older write is refused, and whoever goes on knows that labels were changed. The selector
    // comes last, when the labels say the weight.
    private async Task<WriteResult> ShareAsync(ServiceView view, RolloutSnapshot rollout, Weight second,
        IReadOnlyDictionary<string, string> selector, Claim claim, CancellationToken cancel)
    {
        var (noted, service) = await WriteAsync(view, null, rollout, claim, one => PlainServicePatch.ForLabels(one, second, claim), cancel);
        if (noted is not WriteResult.Applied { Writes: var first }) return noted;
        var labelled = await new ServingPods(client, view).LabelAsync(view.Plan(second, rollout.Status), cancel);
        if (labelled is not WriteResult.Applied { Writes: var labels }) return labelled;
        var (selected, _) = await WriteAsync(view, service, rollout, claim,
            one => PlainServicePatch.ForSelector(one, selector, claim), cancel);
        return selected is WriteResult.Applied { Writes: var last } ? new WriteResult.Applied(first + labels + last) : selected;
    }

    private RouterReading Read(RolloutSnapshot rollout, TrafficSpec traffic)
    {
        if (View(rollout, traffic) is not { } view) return new RouterReading([], []);
        if (view.Document is not { } service)
            return new RouterReading([], [new SpecError(Path, $"{view.Title} is not there")]);
        List<SpecError> problems = _writer.Taken(service, rollout) is { } taken ? [new SpecError(Path, taken)] : [];
        // The Services of the sides come first: without them nobody can tell whose pods this one selects.
        if (view.StableSelector is null || view.CanarySelector is null) return new RouterReading([], [.. problems]);
        var carried = ClaimPatch.Read(service);
        return new RouterReading(
            [
                RouteReading.Observe(view, service, rollout.Status) with
                {
                    Sequence = ClaimPatch.SequenceOf(service, rollout),
                    IsClaimedByAnother = carried is { } other && other.RolloutUid != rollout.Uid,
                },
            ],
            [.. problems]);
    }

    private Task<(WriteResult Result, JsonObject? Service)> WriteAsync(ServiceView view, JsonObject? answered, RolloutSnapshot rollout,
        Claim claim, Func<JsonObject, JsonArray> build, CancellationToken cancel) =>
        _writer.WriteAsync(view.Name, rollout, claim, service => new RoutePatch(build(service)), cancel, answered);

    private ServiceView? View(RolloutSnapshot rollout, TrafficSpec traffic) => ServiceView.Find(caches, rollout, traffic);

    private static WriteResult.Refused NoWorkload() => new("spec.workload is missing, which names the Service that clients call");
}
