using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>What a route or a destination does to the headers of a request or of an answer.</summary>
internal sealed record HeaderChanges(
    IReadOnlyDictionary<string, string> Set, IReadOnlyDictionary<string, string> Add, IReadOnlyList<string> Remove)
{
    public static HeaderChanges None { get; } = new(new Dictionary<string, string>(), new Dictionary<string, string>(), []);

    public static HeaderChanges Read(JsonNode? owner, string direction) => new(
        owner.TextsAt("headers", direction, "set"), owner.TextsAt("headers", direction, "add"),
        [.. owner.At("headers", direction, "remove") is JsonArray names ? names.Select(name => name?.GetValue<string>() ?? "") : []]);
}
