using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.Traffic.Registry;

namespace Canary.Kubernetes.Traffic.Dispatch;

/// <summary>The router that each Rollout names.</summary>
public sealed class TrafficRouter(ApiClient client, RolloutCaches caches) : ITrafficRouter
{
    private readonly Dictionary<string, ITrafficRouter> _routers =
        RouterRegistry.All.ToDictionary(router => router.Key, router => router.Create(client, caches));

    /// <inheritdoc />
    public Task<RouterReading> ReadAsync(RolloutSnapshot rollout, TrafficSpec traffic, CancellationToken cancel) =>
        Of(traffic).ReadAsync(rollout, traffic, cancel);

    /// <inheritdoc />
    public Task<WriteResult> ClaimAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel) =>
        Of(traffic).ClaimAsync(rollout, traffic, claim, cancel);

    /// <inheritdoc />
    public Task<WriteResult> ApplyAsync(RolloutSnapshot rollout, TrafficSpec traffic, RoutePlan plan, Claim claim,
        CancellationToken cancel) => Of(traffic).ApplyAsync(rollout, traffic, plan, claim, cancel);

    /// <inheritdoc />
    public Task<ReleaseResult> ReleaseAsync(RolloutSnapshot rollout, TrafficSpec traffic, Weight? second, Claim claim,
        CancellationToken cancel) => Of(traffic).ReleaseAsync(rollout, traffic, second, claim, cancel);

    private ITrafficRouter Of(TrafficSpec traffic) => _routers[traffic.Router.Key];
}
