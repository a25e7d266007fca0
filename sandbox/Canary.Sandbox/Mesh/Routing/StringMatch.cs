using System;
using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>One way in which a VirtualService tests a text: the whole of it, its beginning, an expression, or that it is there.</summary>
internal abstract record StringMatch
{
    private StringMatch() { }

    public sealed record Exact(string Value) : StringMatch;

    public sealed record Prefix(string Value) : StringMatch;

    /// <summary>The path itself, or one below it; the value has no slash at its end.</summary>
    public sealed record PathElements(string Value) : StringMatch;

    /// <summary>An RE2 expression, which has to match the whole text.</summary>
    public sealed record Expression(Regex Value) : StringMatch;

    public sealed record Present : StringMatch;

    /// <summary>A test of a kind that is not known: it matches nothing, so that a rule never takes more traffic than was meant.</summary>
    public sealed record Never : StringMatch;

    public static StringMatch Read(JsonNode? node)
    {
        if (node.TextAt("exact") is { } exact) return new Exact(exact);
        if (node.TextAt("prefix") is { } prefix) return new Prefix(prefix);
        if (node.TextAt("regex") is { } regex)
            return new Expression(new Regex($"^(?:{regex})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        return node is null or JsonObject { Count: 0 } ? new Present() : new Never();
    }

    public bool Holds(string? text, bool ignoreCase)
    {
        var comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return this switch
        {
            Exact exact => text is not null && text.Equals(exact.Value, comparison),
            Prefix prefix => text is not null && text.StartsWith(prefix.Value, comparison),
            PathElements path => text is not null && (text == path.Value || text.StartsWith(path.Value + "/", comparison)),
            Expression expression => text is not null && expression.Value.IsMatch(text),
            Present => text is not null,
            Never => false,
            _ => throw new UnreachableException(),
        };
    }
}
