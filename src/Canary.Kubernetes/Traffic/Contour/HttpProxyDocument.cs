using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Contour;

/// <summary>An HTTPProxy that a Rollout names: the weights of the services of its routes.</summary>
/// <remarks>A weight that is left out is 0, and where all are 0 each service gets the same: two of them are 50 % each.</remarks>
internal sealed record HttpProxyDocument(RouteReference Reference, TrafficSpec Traffic, string Namespace, string Path)
    : WeightedDocument(ContourDescriptor.HttpProxies, new ObjectName(Namespace, Reference.Name), Path, HttpProxyManagedRoutes.List)
{
    private static readonly WeightForm Form = new("route", "service", "services", Default: 0);

    /// <inheritdoc />
    protected override string RoutesField => "name";

    /// <inheritdoc />
    public override WeightedRoutes Find(JsonObject document) =>
        new RouteFinder(Form, Traffic, Title, (entry, service) => Json.Text(entry.Entry, "name") == service).Find(
            [.. (Json.Array(document, "spec", "routes") ?? []).Select((route, index) => (Route: route, Index: index))
                .Where(one => !HttpProxyManagedRoutes.IsManaged(one.Route))
                .Select(one => new CandidateRoute($"/spec/routes/{one.Index}", one.Index, null, $"routes[{one.Index}]",
                    Services(one.Route)))],
            [], Path, field: null);

    /// <summary>A service that gets copies is none of those that share the requests out.</summary>
    public static bool IsMirror(JsonNode? service) => Json.Flag(service, "mirror") is true;

    /// <inheritdoc />
    protected override ControllerStatus StatusOf(JsonObject document)
    {
        var generation = Json.Whole(document, "metadata", "generation") ?? 0;
        if (Json.Objects(document, "status", "conditions").FirstOrDefault(one => Json.Text(one, "type") == "Valid") is not { } valid)
            return ControllerStatus.None;
        if (Json.Whole(valid, "observedGeneration") is { } observed && observed < generation)
            return new ControllerStatus(
                $"Contour has looked at generation {observed} of {Title}, and {generation} is the present one", []);
        if (Json.Text(valid, "status") != "False") return ControllerStatus.None;
        var errors = Json.Objects(valid, "errors").Select(error => Json.Text(error, "message")).OfType<string>()
            .DefaultIfEmpty(Json.Text(valid, "message") ?? "");
        return new ControllerStatus(null, [$"Contour says Valid=False: {string.Join("; ", errors)}"]);
    }

    private static WeightedEntry[] Services(JsonNode? route)
    {
        var services = WeightedEntry.Of(route, Form.List).Where(one => !IsMirror(one.Entry)).ToArray();
        var isEven = services.All(one => one.Entry["weight"] is null || Json.Whole(one.Entry, "weight") == 0);
        return [.. services.Select(one => WeightedEntry.Read(one.Index, one.Entry, TitleOf(one.Entry), Form))
            .Select(entry => isEven ? entry with { Parts = 1 } : entry)];
    }

    private static string TitleOf(JsonObject service) => Json.Text(service, "name")
        + (Json.Whole(service, "port") is { } port ? ":" + port.ToString(CultureInfo.InvariantCulture) : "");
}
