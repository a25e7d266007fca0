using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Traffic.GatewayApi;

/// <summary>A route of the Gateway API that a Rollout names: the weights of the backends of its rules.</summary>
internal sealed record GatewayRouteDocument(
    ResourceKind Kind, RouteReference Reference, TrafficSpec Traffic, string Namespace, string Path)
    : WeightedDocument(Kind, new ObjectName(Namespace, Reference.Name), Path, GatewayManagedRules.List)
{
    /// <inheritdoc />
    public override WeightedRoutes Find(JsonObject document) => GatewayRules.Find(document, Reference, Traffic, Namespace, Path);

    /// <inheritdoc />
    protected override ControllerStatus StatusOf(JsonObject document) => ParentStatus.Read(document);
}
