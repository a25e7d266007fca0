using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Nginx;

/// <summary>The Ingress that Canary makes beside one of the user: the same hosts and paths, to the Service of the side named canary, and
/// the weight in annotations. All of it is pure.</summary>
/// <param name="Main">The Ingress of the user.</param>
/// <param name="Traffic">The spec.</param>
/// <param name="Path">The field of the Rollout that names the Ingress of the user.</param>
internal sealed record CanaryIngress(ObjectName Main, TrafficSpec Traffic, string Path)
{
    private const string Class = "kubernetes.io/ingress.class";
    private const string IsCanary = "canary";
    private const string CanaryWeight = "canary-weight";
    private const string WeightTotal = "canary-weight-total";

    private static readonly string[] Written = [IsCanary, CanaryWeight, WeightTotal, NginxHeaders.Header, NginxHeaders.HeaderValue,
        NginxHeaders.HeaderPattern, NginxHeaders.Cookie];

    /// <summary>The Ingress that Canary makes.</summary>
    public ObjectName Name { get; } = new(Main.Namespace, Main.Name + NginxSpec.Suffix);

    /// <summary>For people.</summary>
    public string Title => $"Ingress {Name}";

    private string Prefix => ((NginxSpec)Traffic.Router).AnnotationPrefix;

    private string StableService => Traffic.NamedStable.Service;

    private string CanaryService => Traffic.NamedCanary.Service;

    /// <summary>Why no canary can stand beside the Ingress of the user; empty: one can.</summary>
    public IReadOnlyList<SpecError> Check(JsonObject main)
    {
        var (found, path, title) = (MainIngress.Find(main, StableService), $"{Path}.name", $"Ingress {Main}");
        if (Annotation(main, IsCanary) is "true")
            return [new SpecError(path, $"{title} has the annotation {Prefix}/{IsCanary}, so it is a canary itself; name the Ingress that it "
                + "stands beside")];
        var problems = new List<SpecError>();
        if (found.Rules.Count == 0)
            problems.Add(new SpecError(path, $"no path of {title} leads to Service {StableService}, the stable side; "
                + (found.Services.Count == 0 ? "its rules lead to no Service" : $"they lead to {string.Join(", ", found.Services)}")));
        if (found.Services.Contains(CanaryService))
            problems.Add(new SpecError(path, $"{title} leads to Service {CanaryService}, the canary side, itself, and ingress-nginx passes "
                + "over a canary Ingress for a Service that another Ingress has; remove those paths"));
        return problems;
    }

    /// <summary>Why these routes of Canary's own cannot be annotations; empty: they can.</summary>
    public IEnumerable<SpecError> CheckManaged(ManagedRoutes managed) =>
        NginxHeaders.Write(managed).Problems.Select(problem => new SpecError($"{Path}.name", problem));

    /// <summary>The route as both Ingresses show it.</summary>
    /// <param name="canary">The Ingress that Canary makes; null: it is not there, and nothing goes to the canary.</param>
    /// <param name="main">The Ingress of the user; null: not there.</param>
    /// <param name="status">What is wanted.</param>
    public RouteObservation Read(JsonObject? canary, JsonObject? main, RolloutStatus status)
    {
        if (canary is null) return new RouteObservation(Title, Weight.Zero);
        var share = ShareOf(canary);
        var managed = new[] { ManagedRoutes.None, status.ManagedRoutes.Desired, status.ManagedRoutes.Previous }
            .FirstOrDefault(known => HasHeadersOf(canary, known));
        var plan = status.DesiredPlan;
        return new RouteObservation(Title, share ?? Weight.Zero)
        {
            Managed = managed,
            // The weight is right, and hosts, paths or the class of the user's Ingress are others by now.
            IsBehind = (share ?? Weight.Zero) == plan.Second && managed == plan.Managed && Changes(canary, main, plan).Count > 0,
        };
    }

    /// <summary>The Ingress as it is made: no request goes there. A write that arrives late makes it like that again, and no
    /// more.</summary>
    public JsonObject Document(JsonObject main, string rollout, Claim claim)
    {
        var annotations = new JsonObject { [ClaimPatch.Annotation] = claim.ToString() };
        foreach (var (name, value) in Annotations(RoutePlan.Only(Weight.Zero))) annotations[$"{Prefix}/{name}"] = value;
        if (Json.Text(main, "metadata", "annotations", Class) is { } found) annotations[Class] = found;
        return new JsonObject
        {
            ["apiVersion"] = KnownKinds.Ingresses.ApiVersion,
            ["kind"] = KnownKinds.Ingresses.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = Name.Name,
                ["namespace"] = Name.Namespace,
                ["labels"] = new JsonObject { ["app.kubernetes.io/managed-by"] = "canary", [CopyLabels.Rollout] = rollout },
                ["annotations"] = annotations,
            },
            ["spec"] = Spec(main),
        };
    }

    /// <summary>Brings the Ingress that Canary made to the plan, and stamps the claim; empty where both are so.</summary>
    public RoutePatch ForPlan(JsonObject canary, JsonObject? main, RoutePlan plan, Claim claim)
    {
        var problems = plan.Managed.Headers.Count > 0 && plan.Canary != Side.NamedCanary
            ? ["the roles of the sides are exchanged, and a canary Ingress leads to the side named canary alone"]
            : NginxHeaders.Write(plan.Managed).Problems;
        var changes = Changes(canary, main, plan);
        var patch = changes.Count > 0 ? [.. ClaimPatch.For(canary, claim, mustTestVersion: true).Select(Copy), .. changes.Select(Copy)]
            : claim.Sequence == 0 ? [] : ForClaim(canary, claim);
        return new RoutePatch(patch, problems.Count == 0 ? null : string.Join("; ", problems));
    }

    /// <summary>Stamps the claim, and leaves the rest.</summary>
    public static JsonArray ForClaim(JsonObject canary, Claim claim) =>
        ClaimPatch.Believed(canary, claim) is { } found && found.Covers(claim) ? []
            : ClaimPatch.For(canary, claim, mustTestVersion: false);

    /// <summary>Takes the claim off, and gives the canary this share, where one is given.</summary>
    public JsonArray ForRelease(JsonObject canary, Weight? second, Claim claim)
    {
        var changes = second is { } share ? Changes(canary, null, RoutePlan.Only(share)) : [];
        var isClaimed = ClaimPatch.Read(canary) is { } found && found.RolloutUid == claim.RolloutUid;
        if (changes.Count == 0 && !isClaimed) return [];
        return
        [
            JsonPatchText.Test("/metadata/resourceVersion", Documents.ResourceVersion(canary)),
            .. isClaimed ? ClaimPatch.Off(canary).Select(Copy) : [],
            .. changes.Select(Copy),
        ];
    }

    /// <summary>The share of the canary; null: the annotations make no canary of it, and the controller serves it like any other.</summary>
    public Weight? ShareOf(JsonObject canary)
    {
        if (Annotation(canary, IsCanary) is not "true") return null;
        var total = Number(canary, WeightTotal) is { } given and > 100 ? given : 100;
        var weight = Math.Clamp(Number(canary, CanaryWeight) ?? 0, 0, total);
        return Weight.FromBasisPoints((int)Math.Round(weight * 10_000m / total));
    }

    // What differs from the plan. Without the Ingress of the user hosts and paths stay as they are.
    private List<JsonObject> Changes(JsonObject canary, JsonObject? main, RoutePlan plan)
    {
        var changes = new List<JsonObject>();
        var wanted = Annotations(plan).ToDictionary(one => $"{Prefix}/{one.Key}", one => (string?)one.Value);
        foreach (var name in Written) wanted.TryAdd($"{Prefix}/{name}", null);
        if (main is not null) wanted[Class] = Json.Text(main, "metadata", "annotations", Class);
        foreach (var (name, value) in wanted)
        {
            var there = Json.Object(canary, "metadata", "annotations")?[name];
            if (Json.Text(there) == value && (there is null) == (value is null)) continue;
            var path = "/metadata/annotations/" + JsonPatchText.Escape(name);
            changes.Add(value is null ? JsonPatchText.Remove(path) : JsonPatchText.Add(path, value));
        }

        if (main is not null && Check(main).Count == 0 && Spec(main) is var spec && !JsonNode.DeepEquals(canary["spec"], spec))
            changes.Add(JsonPatchText.Add("/spec", spec));
        return changes;
    }

    private Dictionary<string, string> Annotations(RoutePlan plan)
    {
        var annotations = new Dictionary<string, string> { [IsCanary] = "true" };
        // Whole percents are what every controller reads.
        var points = plan.Second.BasisPoints;
        annotations[CanaryWeight] = (points % 100 == 0 ? points / 100 : points).ToString(CultureInfo.InvariantCulture);
        if (points % 100 != 0) annotations[WeightTotal] = "10000";
        if (plan.Canary != Side.NamedCanary) return annotations;
        foreach (var (name, value) in NginxHeaders.Write(plan.Managed).Annotations) annotations[name] = value;
        return annotations;
    }

    private JsonObject Spec(JsonObject main)
    {
        var spec = new JsonObject();
        foreach (var field in new[] { "ingressClassName", "tls" })
        {
            if (Json.Object(main, "spec")?[field] is { } value) spec[field] = value.DeepClone();
        }

        spec["rules"] = MainIngress.Find(main, StableService).To(CanaryService);
        return spec;
    }

    private bool HasHeadersOf(JsonObject canary, ManagedRoutes managed)
    {
        var wanted = NginxHeaders.Write(managed).Annotations;
        return new[] { NginxHeaders.Header, NginxHeaders.HeaderValue, NginxHeaders.HeaderPattern, NginxHeaders.Cookie }
            .All(name => Annotation(canary, name) == wanted.GetValueOrDefault(name));
    }

    private string? Annotation(JsonObject document, string name) => Json.Text(document, "metadata", "annotations", $"{Prefix}/{name}");

    private int? Number(JsonObject document, string name) =>
        int.TryParse(Annotation(document, name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
            : null;

    private static JsonNode? Copy(JsonNode? operation) => operation?.DeepClone();
}
