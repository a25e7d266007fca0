using System;
using System.Collections.Generic;
using System.Linq;

namespace Canary.ApiServer.Expressions.Types;

/// <summary>One overload of a function: what it takes and gives.</summary>
/// <param name="IsMember">Called on a target, which is then the first of <paramref name="Parameters"/>.</param>
internal sealed record Signature(bool IsMember, IReadOnlyList<CelType> Parameters, CelType Result)
{
    /// <summary>Reads overloads such as <c>string.(int,int)string</c> or <c>(list&lt;A&gt;,list&lt;A&gt;)list&lt;A&gt;</c>, with a blank
    /// between two.</summary>
    public static IReadOnlyList<Signature> Read(string overloads) =>
        [.. overloads.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(One)];

    private static Signature One(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var close = text.LastIndexOf(')');
        var isMember = open > 0;
        var parameters = Split(text[(open + 1)..close]).Select(Type);
        return new Signature(isMember, isMember ? [Type(text[..(open - 1)]), .. parameters] : [.. parameters], Type(text[(close + 1)..]));
    }

    private static IEnumerable<string> Split(string list)
    {
        var (depth, start) = (0, 0);
        for (var i = 0; i < list.Length; i++)
        {
            depth += list[i] == '<' ? 1 : list[i] == '>' ? -1 : 0;
            if (list[i] != ',' || depth > 0)
                continue;
            yield return list[start..i];
            start = i + 1;
        }

        if (start < list.Length)
            yield return list[start..];
    }

    private static CelType Type(string text)
    {
        var open = text.IndexOf('<', StringComparison.Ordinal);
        if (open < 0)
            return text.Length == 1 && char.IsAsciiLetterUpper(text[0]) ? CelType.Parameter(text)
                : CelType.Find(text) ?? CelType.Opaque(text);
        var arguments = Split(text[(open + 1)..^1]).Select(Type).ToList();
        return text[..open] switch
        {
            "list" => CelType.List(arguments[0]),
            "map" => CelType.Map(arguments[0], arguments[1]),
            "optional" => CelType.Optional(arguments[0]),
            "type" => CelType.TypeOf(arguments[0]),
            var other => throw new ArgumentException($"{other} is no type with parameters"),
        };
    }
}
