using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Traffic;

/// <summary>An object whose routes share requests out by weights.</summary>
/// <param name="Kind">The kind of the object.</param>
/// <param name="Name">The object.</param>
/// <param name="Path">The field of the Rollout that names it.</param>
/// <param name="Managed">Where header and mirror routes of Canary's own go; null: nowhere.</param>
internal abstract record WeightedDocument(ResourceKind Kind, ObjectName Name, string Path, ManagedList? Managed)
    : RoutedDocument(Kind, Name, Path)
{
    /// <summary>The field, in <see cref="RoutedDocument.Path"/>, that names the routes.</summary>
    protected virtual string RoutesField => "rules";

    /// <summary>The routes that the Rollout names in it, and why others cannot be written.</summary>
    public abstract WeightedRoutes Find(JsonObject document);

    /// <summary>What its controllers say of it.</summary>
    protected virtual ControllerStatus StatusOf(JsonObject document) => ControllerStatus.None;

    /// <summary>What stands in the way of a raise, besides what the controllers say.</summary>
    protected virtual IEnumerable<SpecError> FindObstacles(JsonObject document, WeightedRoutes found) => [];

    /// <inheritdoc />
    public override DocumentReading Read(JsonObject document, RolloutStatus status)
    {
        var (found, plan, controllers) = (Find(document), status.DesiredPlan, StatusOf(document));
        var (previous, managed) = (status.ByRole(status.Weights.Previous), status.ManagedRoutes);
        // Once the weight was confirmed, an edit of something else does not undo it.
        var wasShown = previous == plan.Second || (status.Weights.Applied is { } applied && status.ByRole(applied) == plan.Second);
        var list = Managed?.Read(document) ?? [];
        ManagedRoutes[] known = [managed.Desired, managed.Previous];
        var shown = Managed is null ? ManagedRoutes.None : Managed.Find(list, found.Routes, known, plan.Canary);
        var behind = shown is not null ? null : known.FirstOrDefault(one => Managed!.AreBehind(list, found.Routes, one, plan.Canary));
        // Header and mirror routes that are new are taken for in effect when the controllers take them, as a weight is: one that they never
        // take ends at the same deadline.
        var isNew = shown == plan.Managed && !shown.IsNone && shown != managed.Previous;
        var unconfirmed = isNew ? controllers.Awaited ?? controllers.Refusals.FirstOrDefault() : null;
        return new DocumentReading(
            [.. found.Routes.Select(route => (controllers.Awaited is { } awaited && !wasShown && route.IsShowing(plan.Second)
                ? new RouteObservation(TitleOf(route), previous) { IsChanging = true, Awaited = awaited }
                : new RouteObservation(TitleOf(route), route.ShareAs([plan.Second, previous]))
                {
                    IsChanging = unconfirmed is not null,
                    Awaited = unconfirmed,
                }) with
            {
                Managed = unconfirmed is not null ? managed.Previous : shown ?? behind,
                IsBehind = behind == plan.Managed || (route.IsShowing(plan.Second) && !route.IsWritten(plan.Second)),
            })],
            found.Problems)
        {
            Obstacles = [.. (unconfirmed is null ? controllers.Refusals : [])
                .Select(refusal => new SpecError($"{Path}.name", $"{Title}: {refusal}")), .. FindObstacles(document, found),
                // One that is to get requests is written, and gone by that.
                .. LeftOvers(found.Routes.Where(route => route.IsShowing(plan.Second)))],
        };
    }

    /// <inheritdoc />
    public override IReadOnlyList<SpecError> Check(JsonObject document) =>
        Find(document) is var found ? [.. found.Problems, .. FindObstacles(document, found), .. LeftOvers(found.Routes)]
            : [];

    /// <inheritdoc />
    public override IReadOnlyList<SpecError> CheckManaged(JsonObject document, ManagedRoutes managed) =>
        [.. Arrange(document, Find(document), managed, Side.NamedCanary).Distinct()
            .Select(problem => new SpecError($"{Path}.{RoutesField}", $"{Title}: {problem}"))];

    /// <inheritdoc />
    public override RoutePatch ForPlan(JsonObject document, RoutePlan plan, Claim claim)
    {
        // A route that cannot be written keeps no other one from being: this may be an abort.
        var found = Find(document);
        string[] problems =
            [.. found.Problems.Select(problem => problem.ToString()), .. Arrange(document, found, plan.Managed, plan.Canary)];
        return new RoutePatch(WeightPatch.ForPlan(document, found.Routes, plan, claim, Managed),
            problems.Length == 0 ? null : string.Join("; ", problems));
    }

    /// <inheritdoc />
    public override JsonArray ForClaim(JsonObject document, Claim claim) => WeightPatch.ForClaim(document, Find(document).Routes, claim);

    /// <inheritdoc />
    public override JsonArray ForRelease(JsonObject document, Weight? second, Claim claim) =>
        WeightPatch.ForRelease(document, Find(document).Routes, second, claim, Managed);

    /// <inheritdoc />
    public override IEnumerable<string> DescribeRelease(JsonObject document, Weight second)
    {
        foreach (var route in Find(document).Routes.Where(route => !route.IsShowing(second)))
            yield return $"{TitleOf(route)} from {route.Share} to {second}";
        if (Managed?.Read(document).Any(Managed.IsManaged) is true) yield return $"{Title} without header and mirror routes";
    }

    /// <summary>A route for people: <c>VirtualService shop/checkout route primary</c>.</summary>
    protected virtual string TitleOf(WeightedRoute route) => $"{Title} {route.Form.Route} {route.Title}";

    private IEnumerable<SpecError> LeftOvers(IEnumerable<WeightedRoute> routes) =>
        from route in routes
        where route.LeftOver is not null
        select new SpecError($"{Path}.name", $"{TitleOf(route)}: the {route.Form.Entry} {route.LeftOver} has weight 0, and while it has no "
            + "ready pods nobody is answered; leave it out, also in Git: Canary adds it when it gets requests");

    private IReadOnlyList<string> Arrange(JsonObject document, WeightedRoutes found, ManagedRoutes managed, Side canary) =>
        Managed?.Arrange(Managed.Read(document), found.Routes, managed, canary).Problems ?? [];
}
