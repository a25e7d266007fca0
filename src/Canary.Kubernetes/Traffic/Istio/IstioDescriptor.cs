using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Schemas;
using static Canary.Kubernetes.Schemas.Fields;

namespace Canary.Kubernetes.Traffic.Istio;

/// <summary>Istio: weights of destinations in VirtualService routes; the sides are Services, or subsets of a DestinationRule.</summary>
internal sealed class IstioDescriptor : RouterDescriptor
{
    public const string Field = "istio";

    public override string Key => Field;

    public override Schema Schema { get; } = Object(
        "Split the traffic with Istio: weights of destinations in VirtualService routes.",
        Required("virtualServices", RequiredList(
            "The VirtualServices to write, in the Rollout's namespace. All get the same weight.",
            Object(
                "One VirtualService.",
                Required("name", ObjectName("Name of the VirtualService.")),
                Optional("routes",
                    List("Names of the http routes to write. Without it: the only http route of the VirtualService, named or not.",
                        RequiredText("Name of an http route."), 32))),
            16,
            "name")),
        Optional("destinationRule", Object(
            "The DestinationRule that defines the subsets, if the sides are subsets of one host.",
            Required("name", ObjectName("Name of the DestinationRule.")))));

    public override IReadOnlyList<RouterKind> Kinds { get; } =
        [
            new(IstioKinds.VirtualServices, Projections.Document, IsReferenced: true),
            new(IstioKinds.DestinationRules, SubsetLabels.Project, IsReferenced: false),
        ];

    public override RouterSpec Read(FieldReader fields)
    {
        var rule = fields.Child("destinationRule");
        return new IstioSpec(
            fields.Items("virtualServices").Select(item => new VirtualServiceReference(
                item.RequiredText("name", "the name of a VirtualService is needed"), item.Texts("routes").ToEquatableArray()))
                .ToEquatableArray(),
            rule.IsPresent ? rule.RequiredText("name", "the name of a DestinationRule is needed") : null);
    }

    public override JsonObject Write(RouterSpec router)
    {
        var istio = (IstioSpec)router;
        return new JsonObject()
            .PutList("virtualServices", istio.VirtualServices,
                one => new JsonObject { ["name"] = one.Name }.PutList("routes", one.Routes, route => route))
            .Put("destinationRule", istio.DestinationRule is null ? null : new JsonObject { ["name"] = istio.DestinationRule });
    }

    public override IEnumerable<RouterReference> References(JsonObject traffic, string space)
    {
        var index = 0;
        foreach (var one in Json.Objects(traffic, Field, "virtualServices"))
        {
            if (Json.Text(one, "name") is { } name)
                yield return new RouterReference(new Reference(IstioKinds.VirtualServices, space, name),
                    $"spec.traffic.istio.virtualServices[{index}].name", IsOwned: true);
            index++;
        }

        if (!new[] { "stable", "canary" }.Any(side => Json.Text(traffic, side, "subset") is not null)) yield break;
        var rule = Json.Text(traffic, Field, "destinationRule", "name");
        yield return new RouterReference(new Reference(IstioKinds.DestinationRules, space, rule ?? Reference.Any),
            "spec.traffic.istio.destinationRule.name", IsOwned: rule is not null);
    }

    public override IReadOnlyDictionary<string, string>? FindSubset(RouterSpec router, string space, SideSpec side,
        Func<ResourceKind, ObjectLookup> lookup) =>
        new SubsetLabels(lookup(IstioKinds.DestinationRules)).Find(space, side, ((IstioSpec)router).DestinationRule);

    public override SpecError SubsetProblem(RouterSpec router, string space, SideSpec side, string role,
        Func<ResourceKind, ObjectLookup> lookup) =>
        new SubsetLabels(lookup(IstioKinds.DestinationRules)).Problem(space, side, ((IstioSpec)router).DestinationRule, role);

    public override string? VersionOf(IReadOnlyDictionary<string, string> subset) =>
        subset.GetValueOrDefault("service.istio.io/canonical-revision") ?? subset.GetValueOrDefault("version");

    public override string PresetOf(SideSpec stable, SideSpec canary) =>
        stable.Subset is not null ? "istio-version" : stable.Service != canary.Service ? "istio-service" : "istio-workload";

    public override OwnSubsets? FindOwnSubsets(TrafficSpec traffic, string space) => SideRule.Of(space, traffic.NamedStable.Service);

    public override IEnumerable<SpecError> CheckOwnSubsets(TrafficSpec traffic)
    {
        if (((IstioSpec)traffic.Router).DestinationRule is not null)
            yield return new SpecError("spec.traffic.istio.destinationRule",
                $"Canary makes the DestinationRule of these subsets, {traffic.NamedStable.Service}-sides; remove it");
    }

    public override IReadOnlyList<RoutedDocument> Documents(TrafficSpec traffic, string space) =>
        [.. ((IstioSpec)traffic.Router).VirtualServices.Select((reference, index) =>
            new VirtualServiceDocument(reference, traffic, space, $"spec.traffic.istio.virtualServices[{index}]"))];

    public override IEnumerable<SpecError> CheckObjects(TrafficSpec traffic, string space,
        Func<ResourceKind, string, string, JsonObject?> find)
    {
        foreach (var problem in base.CheckObjects(traffic, space, find)) yield return problem;
        var istio = (IstioSpec)traffic.Router;
        if (istio.DestinationRule is null || find(IstioKinds.DestinationRules, istio.DestinationRule,
            "spec.traffic.istio.destinationRule.name") is not { } rule) yield break;
        var subsets = Json.Objects(rule, "spec", "subsets").Select(subset => Json.Text(subset, "name")).ToArray();
        foreach (var (side, role) in new[] { (traffic.NamedStable, "stable"), (traffic.NamedCanary, "canary") })
        {
            if (side.Subset is not null && !subsets.Contains(side.Subset))
                yield return new SpecError($"spec.traffic.{role}.subset",
                    $"DestinationRule {space}/{istio.DestinationRule} has no subset {side.Subset}; "
                        + $"it has {(subsets.Length == 0 ? "none" : string.Join(", ", subsets))}");
        }
    }
}
