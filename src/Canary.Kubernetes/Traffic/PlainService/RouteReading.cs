using System;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.PlainService;

/// <summary>Says which weight a Service shows: by its selector, by the label that pods of both sides have, and by the ready pods that its
/// EndpointSlices name. A write is in effect when these do.</summary>
internal static class RouteReading
{
    public static RouteObservation Observe(ServiceView view, JsonObject service, RolloutStatus status)
    {
        var (desired, previous) = (status.DesiredSecond, status.ByRole(status.Weights.Previous));
        var selection = view.SelectionOf(service);
        var route = new RouteObservation(view.Title, selection switch
        {
            ServiceSelection.Stable when view.Behind.Canary == 0 => Weight.Zero,
            ServiceSelection.Canary when view.Behind.Stable == 0 => Weight.Full,
            _ => Between(view.Behind),
        });
        return selection switch
        {
            ServiceSelection.Both => ObserveShare(view, route, service, status),
            // Weights of whoever wrote this selector; where that was us the endpoints are to follow.
            ServiceSelection.Stable => Switched(Weight.Zero),
            ServiceSelection.Canary => Switched(Weight.Full),
            ServiceSelection.Other => route with { IsEmpty = view.IsEmpty },
        };

        RouteObservation Switched(Weight end) => route with
        {
            IsChanging = route.NamedCanaryWeight != end && (desired == end || previous == end),
            IsBehind = desired == end && Json.Text(service, "metadata", "annotations", CopyLabels.Weight) is not null,
        };
    }

    private static RouteObservation ObserveShare(ServiceView view, RouteObservation route, JsonObject service, RolloutStatus status)
    {
        route = route with { Pods = view.Behind };
        var (desired, labelled) = (status.DesiredSecond, ServiceView.LabelledFor(service));
        if (labelled is not { } weight) return route;
        if (weight != desired)
            return weight == status.ByRole(status.Weights.Previous) ? route with { NamedCanaryWeight = weight } : route;
        var isMet = view.Behind.Canary > 0 && view.Behind == view.Plan(desired, status);
        // Pods that come and go once the weight was reached do not undo it. It is written again for those that are there now.
        var wasMet = status.Weights.Applied is { } applied && status.ByRole(applied) == desired;
        return isMet || wasMet ? route with { NamedCanaryWeight = desired, IsBehind = !isMet } : route with { IsChanging = true };
    }

    // Neither end: what is there is not what Canary writes for it.
    private static Weight Between(PodSplit pods) =>
        Weight.FromBasisPoints(Math.Clamp(pods.Share.BasisPoints, 1, Weight.Full.BasisPoints - 1));
}
