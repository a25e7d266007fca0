using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic;

/// <summary>Rules with <c>backendRefs</c>, as the Gateway API has them, and others after it.</summary>
internal static class BackendRefs
{
    /// <summary>A weight ends at 1,000,000, their sum nowhere; one that is not written is 1.</summary>
    public static WeightForm Form { get; } = new("rule", "backend", "backendRefs", Default: 1)
    {
        Largest = 1_000_000,
        LargestSum = long.MaxValue,
    };

    /// <summary>A rule of <c>spec.rules</c>.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="index">Where it is.</param>
    /// <param name="name">Null where it has none.</param>
    /// <param name="space">The namespace of the route, in which a backend is that names none.</param>
    public static CandidateRoute ReadRule(JsonNode? rule, int index, string? name, string space) =>
        new($"/spec/rules/{index}", index, name, name ?? $"rules[{index}]",
            [.. WeightedEntry.Of(rule, Form.List)
                .Select(one => WeightedEntry.Read(one.Index, one.Entry, Title(one.Entry, space), Form))]);

    /// <summary>Is it this Service of this namespace?</summary>
    public static bool IsService(JsonObject backend, string service, string space) =>
        IsService(backend) && Json.Text(backend, "name") == service && NamespaceOf(backend, space) == space;

    // For people: checkout-canary:8080, ServiceImport other/checkout.
    private static string Title(JsonObject backend, string space) =>
        (IsService(backend) ? "" : Json.Text(backend, "kind") + " ")
        + (NamespaceOf(backend, space) is var other && other == space ? "" : other + "/") + Json.Text(backend, "name")
        + (Json.Whole(backend, "port") is { } port ? ":" + port.ToString(CultureInfo.InvariantCulture) : "");

    private static string NamespaceOf(JsonObject backend, string space) =>
        Json.Text(backend, "namespace") is { Length: > 0 } own ? own : space;

    // Linkerd takes "core" for the core group too.
    private static bool IsService(JsonObject backend) =>
        (Json.Text(backend, "kind") ?? "Service") == "Service" && (Json.Text(backend, "group") ?? "") is "" or "core";
}
