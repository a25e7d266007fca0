using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>One entry of <c>http[].match</c>: all its parts have to hold.</summary>
internal sealed record RouteMatch(
    StringMatch? Uri, bool IgnoreUriCase, StringMatch? Method, StringMatch? Scheme, StringMatch? Authority, int? Port,
    IReadOnlyDictionary<string, StringMatch> Headers, IReadOnlyDictionary<string, StringMatch> WithoutHeaders,
    IReadOnlyDictionary<string, StringMatch> QueryParameters, IReadOnlyList<string> Gateways,
    IReadOnlyDictionary<string, string> SourceLabels, string? SourceNamespace)
{
    public static RouteMatch Read(JsonObject match) => new(
        Part(match, "uri"), match.FlagAt("ignoreUriCase") ?? false, Part(match, "method"), Part(match, "scheme"), Part(match, "authority"),
        match.NumberAt("port"), Parts(match, "headers"), Parts(match, "withoutHeaders"), Parts(match, "queryParams"),
        [.. match.At("gateways") is JsonArray names ? names.Select(name => name?.GetValue<string>() ?? "") : []],
        match.TextsAt("sourceLabels"), match.TextAt("sourceNamespace"));

    public bool Holds(MeshRequest request, MeshClient client) =>
        (Gateways.Count == 0 || Gateways.Contains(MeshClient.Gateway))
        && (Port is null || Port == request.Port)
        && (SourceNamespace is null || SourceNamespace == client.Namespace)
        && SourceLabels.All(label => client.Labels.TryGetValue(label.Key, out var value) && value == label.Value)
        && (Uri?.Holds(request.Path, IgnoreUriCase) ?? true)
        && (Method?.Holds(request.Method, false) ?? true)
        && (Scheme?.Holds(request.Scheme, false) ?? true)
        && (Authority?.Holds(request.Authority, false) ?? true)
        && Headers.All(header => header.Value.Holds(request.Header(header.Key), false))
        && !WithoutHeaders.Any(header => header.Value.Holds(request.Header(header.Key), false))
        && QueryParameters.All(parameter => parameter.Value.Holds(request.QueryParameter(parameter.Key), false));

    /// <summary>The prefix that a rewrite of the path replaces; null when the whole path is replaced.</summary>
    public string? MatchedPrefix => Uri switch
    {
        StringMatch.Prefix prefix => prefix.Value,
        StringMatch.PathElements path => path.Value,
        _ => null,
    };

    private static StringMatch? Part(JsonObject match, string name) => match.At(name) is { } part ? StringMatch.Read(part) : null;

    private static Dictionary<string, StringMatch> Parts(JsonObject match, string name) =>
        (match.ObjectAt(name) ?? []).ToDictionary(part => part.Key, part => StringMatch.Read(part.Value));
}
