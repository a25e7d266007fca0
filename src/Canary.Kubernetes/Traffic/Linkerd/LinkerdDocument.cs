using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Linkerd;

/// <summary>An HTTPRoute of Linkerd that a Rollout names: the weights of the backends of its rules, which have no names.</summary>
internal sealed record LinkerdDocument(ResourceKind Kind, RouteReference Reference, TrafficSpec Traffic, string Namespace, string Path)
    : WeightedDocument(Kind, new ObjectName(Namespace, Reference.Name), Path, Managed: null)
{
    /// <inheritdoc />
    public override WeightedRoutes Find(JsonObject document) =>
        new RouteFinder(BackendRefs.Form, Traffic, Title, (entry, service) => BackendRefs.IsService(entry.Entry, service, Namespace)).Find(
            [.. (Json.Array(document, "spec", "rules") ?? []).Select((rule, index) => BackendRefs.ReadRule(rule, index, null, Namespace))],
            [], Path, field: null);

    /// <inheritdoc />
    protected override ControllerStatus StatusOf(JsonObject document) => ParentStatus.Read(document);
}
