using System.Globalization;
using System.Text.Json.Nodes;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Istio;

/// <summary>A destination of an http route.</summary>
/// <param name="Index">Where in the route.</param>
/// <param name="Entry">The whole member of <c>route</c>, as it was read.</param>
/// <param name="Host">As it is written.</param>
/// <param name="Weight">Null where it is not written, which Istio takes for 0.</param>
internal sealed record IstioDestination(int Index, JsonObject Entry, string Host, string? Subset, long? Port, long? Weight)
{
    public static IstioDestination Read(int index, JsonObject entry) => new(
        index,
        entry,
        Json.Text(entry, "destination", "host") ?? "",
        Json.Text(entry, "destination", "subset") is { Length: > 0 } subset ? subset : null,
        Json.Whole(entry, "destination", "port", "number"),
        Json.Whole(entry, "weight"));

    /// <summary>Is it this Service, or this subset of it?</summary>
    public bool Is(string service, string? subset, string @namespace, string routeNamespace) =>
        Subset == subset && IstioHost.Normalise(Host, routeNamespace) == IstioHost.Normalise(service, @namespace);

    /// <summary>The destination as an entry of the list.</summary>
    public WeightedEntry ToEntry() => new(Index, Entry, ToString(), Weight, Weight ?? IstioRoutes.Form.Default);

    /// <summary>For people: <c>checkout-canary:8080 (subset v2)</c>.</summary>
    public override string ToString() =>
        Host
        + (Port is { } port ? ":" + port.ToString(CultureInfo.InvariantCulture) : "")
        + (Subset is null ? "" : $" (subset {Subset})");
}
