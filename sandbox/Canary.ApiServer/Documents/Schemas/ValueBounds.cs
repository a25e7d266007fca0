using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace Canary.ApiServer.Documents.Schemas;

/// <summary>What a schema says about values beyond their type; null where it says nothing.</summary>
internal sealed record ValueBounds
{
    public static ValueBounds None { get; } = new();

    public double? Minimum { get; init; }

    public bool ExclusiveMinimum { get; init; }

    public double? Maximum { get; init; }

    public bool ExclusiveMaximum { get; init; }

    public double? MultipleOf { get; init; }

    public long? MinLength { get; init; }

    public long? MaxLength { get; init; }

    public long? MinItems { get; init; }

    public long? MaxItems { get; init; }

    public long? MinProperties { get; init; }

    public long? MaxProperties { get; init; }

    public bool UniqueItems { get; init; }

    public string? Pattern { get; init; }

    public IReadOnlyList<JsonNode?> Enum { get; init; } = [];

    public IReadOnlyList<SchemaNode> AllOf { get; init; } = [];

    public IReadOnlyList<SchemaNode> AnyOf { get; init; } = [];

    public IReadOnlyList<SchemaNode> OneOf { get; init; } = [];

    public SchemaNode? Not { get; init; }
}
