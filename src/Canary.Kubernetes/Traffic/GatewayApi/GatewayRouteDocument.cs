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

namespace Canary.Kubernetes.Traffic.GatewayApi;

/// <summary>A route of the Gateway API that a Rollout names: the weights of the backends of its rules.</summary>
internal sealed record GatewayRouteDocument(
    ResourceKind Kind, RouteReference Reference, TrafficSpec Traffic, string Namespace, string Path)
    : RoutedDocument(Kind, new ObjectName(Namespace, Reference.Name), Path)
{
    /// <inheritdoc />
    public override DocumentReading Read(JsonObject document, RolloutStatus status)
    {
        var (found, rules, plan) = (Find(document), Rules(document), status.DesiredPlan);
        var (parents, previous) = (ParentStatus.Read(document), status.ByRole(status.Weights.Previous));
        // Once the weight was confirmed, an edit of something else does not undo it.
        var wasShown = previous == plan.Second || (status.Weights.Applied is { } applied && status.ByRole(applied) == plan.Second);
        ManagedRoutes[] known = [status.ManagedRoutes.Desired, status.ManagedRoutes.Previous];
        var managed = GatewayManagedRules.Find(rules, found.Rules, known, plan.Canary);
        var behind = managed is not null ? null
            : known.FirstOrDefault(one => GatewayManagedRules.AreBehind(rules, found.Rules, one, plan.Canary));
        return new DocumentReading(
            [.. found.Rules.Select(rule => (parents.Awaited is { } awaited && !wasShown && rule.IsShowing(plan.Second)
                ? new RouteObservation(TitleOf(rule), previous) { IsChanging = true, Awaited = awaited }
                : new RouteObservation(TitleOf(rule), rule.ShareAs([plan.Second, previous]))) with
            {
                Managed = managed ?? behind,
                IsBehind = behind == plan.Managed,
            })],
            found.Problems)
        {
            Obstacles = [.. parents.Refusals.Select(refusal => new SpecError($"{Path}.name", $"{Title}: {refusal}"))],
        };
    }

    /// <inheritdoc />
    public override IReadOnlyList<SpecError> Check(JsonObject document) => Find(document).Problems;

    /// <inheritdoc />
    public override IReadOnlyList<SpecError> CheckManaged(JsonObject document, ManagedRoutes managed) =>
        [.. GatewayManagedRules.Arrange(Rules(document), Find(document).Rules, managed, Side.NamedCanary).Problems.Distinct()
            .Select(problem => new SpecError($"{Path}.rules", $"{Title}: {problem}"))];

    /// <inheritdoc />
    public override RoutePatch ForPlan(JsonObject document, RoutePlan plan, Claim claim)
    {
        // A rule that cannot be written keeps no other one from being: this may be an abort.
        var found = Find(document);
        string[] problems = [.. found.Problems.Select(problem => problem.ToString()),
            .. GatewayManagedRules.Arrange(Rules(document), found.Rules, plan.Managed, plan.Canary).Problems];
        return new RoutePatch(GatewayPatch.ForPlan(document, found.Rules, plan, claim),
            problems.Length == 0 ? null : string.Join("; ", problems));
    }

    /// <inheritdoc />
    public override JsonArray ForClaim(JsonObject document, Claim claim) => GatewayPatch.ForClaim(document, Find(document).Rules, claim);

    /// <inheritdoc />
    public override JsonArray ForRelease(JsonObject document, Weight? second, Claim claim) =>
        GatewayPatch.ForRelease(document, Find(document).Rules, second, claim);

    /// <inheritdoc />
    public override IEnumerable<string> DescribeRelease(JsonObject document, Weight second)
    {
        foreach (var rule in Find(document).Rules.Where(rule => !rule.IsShowing(second)))
            yield return $"{TitleOf(rule)} from {rule.Share} to {second}";
        if (Rules(document).Any(GatewayManagedRules.IsManaged)) yield return $"{Title} without header and mirror routes";
    }

    private string TitleOf(GatewayRule rule) => $"{Title} rule {rule.Title}";

    private GatewayRules Find(JsonObject document) => GatewayRules.Find(document, Reference, Traffic, Namespace, Path);

    private static JsonArray Rules(JsonObject document) => Json.Array(document, "spec", "rules") ?? [];
}
