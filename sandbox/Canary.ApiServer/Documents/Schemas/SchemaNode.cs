using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace Canary.ApiServer.Documents.Schemas;

/// <summary>One node of a structural schema.</summary>
internal sealed record SchemaNode
{
    private static readonly Dictionary<string, SchemaNode> NoProperties = [];

    /// <summary>Anything: kept as it is, merged by what it looks like.</summary>
    public static SchemaNode Anything { get; } = new() { PreservesUnknown = true };

    /// <summary>Name of the described type among the built-in kinds; null for a custom resource and for unnamed types.</summary>
    public string? TypeName { get; init; }

    /// <summary>object, array, string, integer, number, boolean; null for int-or-string and anything.</summary>
    public string? Type { get; init; }

    public string? Format { get; init; }

    public string? Description { get; init; }

    public bool Nullable { get; init; }

    public bool HasDefault { get; init; }

    public JsonNode? Default { get; init; }

    public IReadOnlyDictionary<string, SchemaNode> Properties { get; init; } = NoProperties;

    /// <summary>Schema of the values of a map; null where the object has only its properties.</summary>
    public SchemaNode? Values { get; init; }

    public SchemaNode? Items { get; init; }

    public IReadOnlyList<string> Required { get; init; } = [];

    public ValueBounds Bounds { get; init; } = ValueBounds.None;

    public bool PreservesUnknown { get; init; }

    public bool IntOrString { get; init; }

    public bool EmbeddedResource { get; init; }

    /// <summary>An object that is owned as one value.</summary>
    public bool AtomicObject { get; init; }

    public ListKind List { get; init; }

    /// <summary>Keys of a <see cref="ListKind.Map"/>, sorted.</summary>
    public IReadOnlyList<string> ListKeys { get; init; } = [];

    /// <summary>True where a strategic merge patch merges the list instead of replacing it.</summary>
    public bool PatchMerges { get; init; }

    /// <summary>Member that tells elements apart in a strategic merge patch; null for a list of scalars.</summary>
    public string? PatchKey { get; init; }

    /// <summary>True where a strategic merge patch may name the members that remain (<c>$retainKeys</c>).</summary>
    public bool PatchRetainsKeys { get; init; }

    /// <summary>CEL rules of this node.</summary>
    public IReadOnlyList<CelRule> Rules { get; init; } = [];

    /// <summary>True where this node or one below it has CEL rules.</summary>
    public bool HasRules { get; init; }

    /// <summary>The schema that it was read from, for the OpenAPI document; null for built-in kinds.</summary>
    public JsonObject? Source { get; init; }

    public bool IsObject => Type == "object" || Properties.Count > 0 || Values is not null;

    public bool IsArray => Type == "array";

    /// <summary>Schema of a member: its property, or that of the map's values; null where the schema knows neither.</summary>
    public SchemaNode? Member(string name) => Properties.TryGetValue(name, out var property) ? property : Values;
}
