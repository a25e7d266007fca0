using System;
using System.Collections.Frozen;
using System.Linq;

namespace Canary.ApiServer.Expressions.Values;

/// <summary>Field names that are no identifiers of CEL, as Kubernetes writes them in expressions.</summary>
internal static class FieldNames
{
    private static readonly FrozenSet<string> Reserved = new[]
    {
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop",
        "package", "namespace",
        "return", "var", "void", "while",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly (string Plain, string Escaped)[] Parts =
        [("__", "__underscores__"), (".", "__dot__"), ("-", "__dash__"), ("/", "__slash__")];

    public static string Escape(string name)
    {
        if (Reserved.Contains(name))
            return $"__{name}__";
        return Parts.Aggregate(name, (text, part) => text.Replace(part.Plain, part.Escaped, StringComparison.Ordinal));
    }

    /// <summary>Whether an expression can name the field at all.</summary>
    public static bool CanBeNamed(string name) =>
        Escape(name) is { Length: > 0 } escaped && !char.IsAsciiDigit(escaped[0])
        && escaped.All(c => c == '_' || char.IsAsciiLetterOrDigit(c));

    public static string Unescape(string name)
    {
        if (name.Length > 4 && name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal)
            && Reserved.Contains(name[2..^2]))
            return name[2..^2];
        return Parts.Reverse().Aggregate(name, (text, part) => text.Replace(part.Escaped, part.Plain, StringComparison.Ordinal));
    }
}
