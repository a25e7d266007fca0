using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>An answer that sends the client elsewhere.</summary>
internal sealed record Redirect(string? Uri, string? Authority, int? Port, string? Scheme, int Status)
{
    public static Redirect? Read(JsonNode? redirect) => redirect is null ? null : new(
        redirect.TextAt("uri"), redirect.TextAt("authority"), redirect.NumberAt("port"), redirect.TextAt("scheme"),
        redirect.NumberAt("redirectCode") ?? 301);

    public string Location(MeshRequest request)
    {
        var authority = Authority ?? (Port is null ? request.Authority : request.Host);
        return $"{Scheme ?? request.Scheme}://{authority}{(Port is null ? "" : $":{Port}")}{Uri ?? request.Target}";
    }
}
