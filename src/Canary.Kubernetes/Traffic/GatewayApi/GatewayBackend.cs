using System.Globalization;
using System.Text.Json.Nodes;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.GatewayApi;

/// <summary>A backend of a rule.</summary>
/// <param name="Index">Where in the rule.</param>
/// <param name="Entry">The whole member of <c>backendRefs</c>, as it was read.</param>
/// <param name="RouteNamespace">The namespace of the route, in which a backend is that names none.</param>
internal sealed record GatewayBackend(int Index, JsonObject Entry, string RouteNamespace)
{
    /// <summary>The largest weight that the API allows.</summary>
    public const long LargestWeight = 1_000_000;

    /// <summary>What is shared out; 1 where none is written, which is the default of the API.</summary>
    public long Weight => Json.Whole(Entry, "weight") ?? 1;

    /// <summary>The weight is written, and is none that the API allows.</summary>
    public bool IsWeightWrong => Entry["weight"] is not null && Json.Whole(Entry, "weight") is not (>= 0 and <= LargestWeight);

    private string Name => Json.Text(Entry, "name") ?? "";

    private string Namespace => Json.Text(Entry, "namespace") is { Length: > 0 } space ? space : RouteNamespace;

    // Linkerd takes "core" for the core group too.
    private bool IsService => (Json.Text(Entry, "kind") ?? "Service") == "Service" && (Json.Text(Entry, "group") ?? "") is "" or "core";

    /// <summary>Is it this Service of the Rollout's namespace?</summary>
    public bool Is(string service, string space) => IsService && Name == service && Namespace == space;

    /// <summary>For people: <c>checkout-canary:8080</c>, <c>ServiceImport other/checkout</c>.</summary>
    public override string ToString() =>
        (IsService ? "" : Json.Text(Entry, "kind") + " ") + (Namespace == RouteNamespace ? "" : Namespace + "/") + Name
        + (Json.Whole(Entry, "port") is { } port ? ":" + port.ToString(CultureInfo.InvariantCulture) : "");
}
