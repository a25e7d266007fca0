using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>Where a route sends: a full host name, a subset of it if named, and the port if more than one is offered.</summary>
internal sealed record Destination(string Host, string? Subset, int? Port)
{
    public static Destination Read(JsonNode? destination, string @namespace) => new(
        MeshNames.Full(destination.TextAt("host") ?? "", @namespace), destination.TextAt("subset"), destination.NumberAt("port", "number"));

    public override string ToString() => Subset is null ? Host : $"{Host} subset {Subset}";
}
