using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Istio;

/// <summary>A VirtualService that a Rollout names: the weights of the destinations of its http routes.</summary>
internal sealed record VirtualServiceDocument(VirtualServiceReference Reference, TrafficSpec Traffic, string Namespace, string Path)
    : RoutedDocument(IstioKinds.VirtualServices, new ObjectName(Namespace, Reference.Name), Path)
{
    /// <inheritdoc />
    public override DocumentReading Read(JsonObject document, RolloutStatus status)
    {
        var (found, http, plan) = (Find(document), Http(document), status.DesiredPlan);
        ManagedRoutes[] known = [status.ManagedRoutes.Desired, status.ManagedRoutes.Previous];
        var managed = IstioManagedRoutes.Find(http, found.Routes, known, plan.Canary);
        var behind = managed is not null ? null
            : known.FirstOrDefault(one => IstioManagedRoutes.AreBehind(http, found.Routes, one, plan.Canary));
        Weight[] weights = [status.DesiredSecond, status.ByRole(status.Weights.Previous)];
        return new DocumentReading(
            [.. found.Routes.Select(route => new RouteObservation(TitleOf(route), route.ShareAs(weights))
            {
                Managed = managed ?? behind,
                IsBehind = behind == plan.Managed,
            })],
            found.Problems);
    }

    /// <inheritdoc />
    public override IReadOnlyList<SpecError> Check(JsonObject document) => Find(document).Problems;

    /// <inheritdoc />
    public override IReadOnlyList<SpecError> CheckManaged(JsonObject document, ManagedRoutes managed) =>
        [.. IstioManagedRoutes.Arrange(Http(document), Find(document).Routes, managed, Side.NamedCanary).Problems.Distinct()
            .Select(problem => new SpecError($"{Path}.routes", $"{Title}: {problem}"))];

    /// <inheritdoc />
    public override RoutePatch ForPlan(JsonObject document, RoutePlan plan, Claim claim)
    {
        // A route that cannot be written keeps no other one from being: this may be an abort.
        var found = Find(document);
        string[] problems = [.. found.Problems.Select(problem => problem.ToString()),
            .. IstioManagedRoutes.Arrange(Http(document), found.Routes, plan.Managed, plan.Canary).Problems];
        return new RoutePatch(IstioPatch.ForPlan(document, found.Routes, plan, claim),
            problems.Length == 0 ? null : string.Join("; ", problems));
    }

    /// <inheritdoc />
    public override JsonArray ForClaim(JsonObject document, Claim claim) => IstioPatch.ForClaim(document, Find(document).Routes, claim);

    /// <inheritdoc />
    public override JsonArray ForRelease(JsonObject document, Weight? second, Claim claim) =>
        IstioPatch.ForRelease(document, Find(document).Routes, second, claim);

    /// <inheritdoc />
    public override IEnumerable<string> DescribeRelease(JsonObject document, Weight second)
    {
        foreach (var route in Find(document).Routes.Where(route => !route.IsShowing(second)))
            yield return $"{TitleOf(route)} from {route.Share} to {second}";
        if (Http(document).Any(IstioManagedRoutes.IsManaged)) yield return $"{Title} without header and mirror routes";
    }

    private string TitleOf(IstioRoute route) => $"{Title} route {route.Title}";

    private IstioRoutes Find(JsonObject document) => IstioRoutes.Find(document, Reference, Traffic, Namespace, Path);

    private static JsonArray Http(JsonObject document) => Json.Array(document, "spec", "http") ?? [];
}
