using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Traffic;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Schemas;
using static Canary.Kubernetes.Schemas.Fields;

namespace Canary.Kubernetes.Traffic.Nginx;

/// <summary>ingress-nginx: the weight stands in an annotation of an Ingress that Canary makes; the sides are Services.</summary>
internal sealed class NginxDescriptor : RouterDescriptor
{
    public const string Field = "nginx";

    private const int LongestPrefix = 200;

    public override string Key => Field;

    public override Schema Schema { get; } = Object(
        "Split the traffic with ingress-nginx, or another controller that obeys its canary annotations: for each Ingress, Canary makes one "
            + "beside it that leads to the canary, and writes the weight there. Your Ingress stays as it is.",
        Required("ingresses", RequiredList(
            "The Ingresses that lead to the stable side, in the Rollout's namespace. All get the same weight.",
            Object(
                "One Ingress.",
                Required("name", ObjectName("Name of the Ingress. Canary makes another one, with -canary at the end of the name."))),
            16,
            "name")),
        Optional("annotationPrefix",
            RequiredText("What the controller's annotations begin with, if its flag --annotations-prefix says another one.", LongestPrefix)
                .WithDefault(NginxSpec.DefaultPrefix)));

    public override IReadOnlyList<RouterKind> Kinds { get; } =
        [new(KnownKinds.Ingresses, Projections.Document, IsReferenced: true)];

    public override RouterSpec Read(FieldReader fields) => new NginxSpec(
        [.. fields.Items("ingresses").Select(item => item.RequiredText("name", "the name of an Ingress is needed"))],
        fields.Text("annotationPrefix") ?? NginxSpec.DefaultPrefix);

    public override JsonObject Write(RouterSpec router)
    {
        var nginx = (NginxSpec)router;
        return new JsonObject()
            .PutList("ingresses", nginx.Ingresses, name => (JsonNode)new JsonObject { ["name"] = name })
            .Put("annotationPrefix", nginx.AnnotationPrefix == NginxSpec.DefaultPrefix ? null : nginx.AnnotationPrefix);
    }

    public override IEnumerable<RouterReference> References(JsonObject traffic, string space)
    {
        var index = 0;
        foreach (var one in Json.Objects(traffic, Field, "ingresses"))
        {
            if (Json.Text(one, "name") is { } name)
            {
                var path = $"spec.traffic.{Field}.ingresses[{index}].name";
                yield return new RouterReference(new Reference(KnownKinds.Ingresses, space, name), path, IsOwned: true);
                yield return new RouterReference(new Reference(KnownKinds.Ingresses, space, name + NginxSpec.Suffix), path, IsOwned: true);
            }

            index++;
        }
    }

    public override IReadOnlyDictionary<string, string>? FindSubset(RouterSpec router, string space, SideSpec side,
        Func<ResourceKind, ObjectLookup> lookup) => null;

    public override SpecError SubsetProblem(RouterSpec router, string space, SideSpec side, string role,
        Func<ResourceKind, ObjectLookup> lookup) =>
        new($"spec.traffic.{role}.subset", "an Ingress has no subsets: a backend is a Service; give each side a Service, and remove it");

    public override string? VersionOf(IReadOnlyDictionary<string, string> subset) => null;

    public override string PresetOf(SideSpec stable, SideSpec canary) => "nginx";

    // The metrics name the main Ingress, and the canary by its Service and the port that the Ingress names.
    public override IEnumerable<Argument> Subject(TrafficSpec traffic, string space, Func<ResourceKind, ObjectLookup> lookup)
    {
        if (((NginxSpec)traffic.Router).Ingresses is not [var first, ..]) yield break;
        yield return new Argument("ingress", first);
        if (lookup(KnownKinds.Ingresses).Get(new ObjectName(space, first)) is { } document
            && MainIngress.Find(document, traffic.NamedStable.Service).Port is { } port) yield return new Argument("port", port);
    }

    public override IEnumerable<SpecError> CheckObjects(TrafficSpec traffic, string space,
        Func<ResourceKind, string, string, JsonObject?> find) => Canaries(traffic, space).SelectMany(one =>
            find(KnownKinds.Ingresses, one.Main.Name, $"{one.Path}.name") is { } document ? one.Check(document) : []);

    public override IEnumerable<SpecError> CheckManagedRoutes(RolloutSpec spec, string space,
        Func<ResourceKind, string, string, JsonObject?> find) =>
        Canaries(spec.Traffic, space).SelectMany(one => one.CheckManaged(ManagedRouteSteps.All(spec.Steps)));

    public override ITrafficRouter Create(ApiClient client, IRouterCaches caches) => new NginxRouter(client, caches);

    /// <summary>The canary Ingresses of a Rollout.</summary>
    public static IReadOnlyList<CanaryIngress> Canaries(TrafficSpec traffic, string space) =>
        [.. ((NginxSpec)traffic.Router).Ingresses.Select((name, index) => new CanaryIngress(
            new ObjectName(space, name), traffic, $"spec.traffic.{Field}.ingresses[{index}]"))];
}
