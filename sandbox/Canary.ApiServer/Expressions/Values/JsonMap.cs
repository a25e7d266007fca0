using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Expressions.Types;

namespace Canary.ApiServer.Expressions.Values;

/// <summary>A JSON object as an expression sees it. A member is read, by its type, when it is asked for: a wrong one that nobody asks for
/// is no error.</summary>
internal sealed class JsonMap(JsonObject members, CelType type) : MapValue
{
    public override IReadOnlyList<object?> Keys => [.. members.Select(member => member.Key).Where(IsKnown).Select(Shown)];

    public override bool Has(object? key) => Member(key, out _, out _);

    public override bool TryGet(object? key, out object? value)
    {
        value = null;
        if (!Member(key, out var node, out var of))
            return false;
        value = JsonValues.Read(node, of);
        return true;
    }

    private bool IsKnown(string name) => type.Kind != TypeKind.Object || type.Fields.ContainsKey(Escaped(name));

    private object Shown(string name) => Escaped(name);

    private string Escaped(string name) => type.HasEscapedNames ? FieldNames.Escape(name) : name;

    private bool Member(object? key, out JsonNode? node, out CelType of)
    {
        node = null;
        of = type.Element ?? CelType.Dyn;
        if (key is not string name)
            return false;
        if (type.Kind == TypeKind.Object)
        {
            if (!type.Fields.TryGetValue(name, out var field))
                return false;
            of = field;
            name = type.HasEscapedNames ? FieldNames.Unescape(name) : name;
        }

        return members.TryGetPropertyValue(name, out node);
    }
}
