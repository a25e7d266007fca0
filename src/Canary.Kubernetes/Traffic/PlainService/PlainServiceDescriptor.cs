using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Schemas;
using static Canary.Kubernetes.Schemas.Fields;

namespace Canary.Kubernetes.Traffic.PlainService;

/// <summary>A Service and no mesh: the weight is the number of each side's pods behind it.</summary>
internal sealed class PlainServiceDescriptor : RouterDescriptor
{
    public const string Field = "service";

    public override string Key => Field;

    public override Schema Schema { get; } = Object(
        "Split the traffic by the numbers of pods behind the Service that clients call, without a mesh: {}. It needs spec.workload. The "
            + "share is as near the weight as whole pods can come, and never above it where a smaller one is possible.");

    // Services, EndpointSlices and Deployments are watched for every Rollout.
    public override IReadOnlyList<RouterKind> Kinds => [];

    public override RouterSpec Read(FieldReader fields) => new PlainServiceSpec();

    public override JsonObject Write(RouterSpec router) => [];

    // spec.workload names the Service, and is what its references come from.
    public override IEnumerable<RouterReference> References(JsonObject traffic, string space) => [];

    public override IReadOnlyDictionary<string, string>? FindSubset(RouterSpec router, string space, SideSpec side,
        Func<ResourceKind, ObjectLookup> lookup) => null;

    public override SpecError SubsetProblem(RouterSpec router, string space, SideSpec side, string role,
        Func<ResourceKind, ObjectLookup> lookup) =>
        new($"spec.traffic.{role}.subset", "a Service has no subsets; remove it");

    public override string? VersionOf(IReadOnlyDictionary<string, string> subset) => null;

    // No proxy counts the requests: the application does.
    public override string PresetOf(SideSpec stable, SideSpec canary) => "app-http";

    public override ITrafficRouter Create(ApiClient client, IRouterCaches caches) => new PlainServiceRouter(client, caches);
}
