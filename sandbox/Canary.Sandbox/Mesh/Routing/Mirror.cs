using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>A copy of a share of the requests is sent to a second destination, whose answer is thrown away.</summary>
internal sealed record Mirror(Destination Destination, double Share)
{
    public static IReadOnlyList<Mirror> Read(JsonObject route, string @namespace)
    {
        var many = route.ItemsAt("mirrors")
            .Select(mirror => new Mirror(Destination.Read(mirror.At("destination"), @namespace),
                (mirror.DecimalAt("percentage", "value") ?? 100) / 100));
        var one = route.ObjectAt("mirror") is { } single
            ? [new Mirror(Destination.Read(single, @namespace),
                (route.DecimalAt("mirrorPercentage", "value") ?? route.DecimalAt("mirrorPercent") ?? 100) / 100)]
            : Enumerable.Empty<Mirror>();
        return [.. many, .. one];
    }
}
