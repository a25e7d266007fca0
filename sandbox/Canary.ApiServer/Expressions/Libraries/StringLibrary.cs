using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Canary.ApiServer.Expressions.Values;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Expressions.Libraries;

/// <summary>Functions on strings: CEL's, its string extensions of version 2, and Kubernetes' regular expressions. Positions count code
/// points.</summary>
internal static class StringLibrary
{
    public static void AddTo(Action<string, string, Func<IReadOnlyList<object?>, object?>> add)
    {
        add("contains", "string.(string)bool", a => Text(a, 0).Contains(Text(a, 1), StringComparison.Ordinal));
        add("startsWith", "string.(string)bool", a => Text(a, 0).StartsWith(Text(a, 1), StringComparison.Ordinal));
        add("endsWith", "string.(string)bool", a => Text(a, 0).EndsWith(Text(a, 1), StringComparison.Ordinal));
        add("matches", "string.(string)bool (string,string)bool", a => Pattern(a, 1).IsMatch(Text(a, 0)));
        add("find", "string.(string)string", a => Pattern(a, 1).Match(Text(a, 0)).Value);
        add("findAll", "string.(string)list<string> string.(string,int)list<string>", FindAll);
        add("charAt", "string.(int)string", a => CharAt(Runes(a, 0), Whole(a, 1)));
        add("indexOf", "string.(string)int string.(string,int)int", a => IndexOf(Runes(a, 0), Runes(a, 1), a.Count > 2 ? Whole(a, 2) : 0));
        add("lastIndexOf", "string.(string)int string.(string,int)int", LastIndexOf);
        add("lowerAscii", "string.()string", a => string.Concat(Text(a, 0).Select(c => char.IsAsciiLetterUpper(c) ? (char)(c + 32) : c)));
        add("upperAscii", "string.()string", a => string.Concat(Text(a, 0).Select(c => char.IsAsciiLetterLower(c) ? (char)(c - 32) : c)));
        add("replace", "string.(string,string)string string.(string,string,int)string", Replace);
        add("split", "string.(string)list<string> string.(string,int)list<string>", Split);
        add("join", "list<string>.()string list<string>.(string)string",
            a => string.Join(a.Count > 1 ? Text(a, 1) : "", Items(a, 0).Select(item => item as string ?? throw CelError.NoOverload)));
        add("substring", "string.(int)string string.(int,int)string",
            a => Substring(Runes(a, 0), Whole(a, 1), a.Count > 2 ? Whole(a, 2) : null));
        add("trim", "string.()string", a => Text(a, 0).Trim());
        add("format", "string.(list<dyn>)string", a => TextFormat.Write(Text(a, 0), Items(a, 1)));
        add("strings.quote", "(string)string", a => Quote(Text(a, 0)));
    }

    public static string Text(IReadOnlyList<object?> arguments, int index) => arguments[index] as string ?? throw CelError.NoOverload;

    public static long Whole(IReadOnlyList<object?> arguments, int index) =>
        arguments[index] is long whole ? whole : throw CelError.NoOverload;

    public static IReadOnlyList<object?> Items(IReadOnlyList<object?> arguments, int index) =>
        arguments[index] is ListValue list ? list.Items : throw CelError.NoOverload;

    private static Rune[] Runes(IReadOnlyList<object?> arguments, int index) => [.. Text(arguments, index).EnumerateRunes()];

    private static System.Text.RegularExpressions.Regex Pattern(IReadOnlyList<object?> arguments, int index)
    {
        var (regex, error) = GoRegex.Compile(Text(arguments, index));
        return regex ?? throw new CelError(error!);
    }

    private static ListValue FindAll(IReadOnlyList<object?> arguments)
    {
        var found = Pattern(arguments, 1).Matches(Text(arguments, 0)).Select(match => (object?)match.Value);
        var most = arguments.Count > 2 ? Whole(arguments, 2) : -1;
        return new ListValue([.. most < 0 ? found : found.Take((int)Math.Min(most, int.MaxValue))]);
    }

    private static string CharAt(Rune[] text, long at) =>
        at == text.Length ? "" : at >= 0 && at < text.Length ? text[at].ToString() : throw new CelError($"index out of range: {at}");

    private static object IndexOf(Rune[] text, Rune[] sought, long from)
    {
        if (from < 0 || from > text.Length)
            throw new CelError($"index out of range: {from}");
        var found = text.AsSpan((int)from).IndexOf(sought);
        return found < 0 ? -1L : found + from;
    }

    private static object LastIndexOf(IReadOnlyList<object?> arguments)
    {
        var (text, sought) = (Runes(arguments, 0), Runes(arguments, 1));
        var last = arguments.Count > 2 ? Whole(arguments, 2) : text.Length;
        if (last < 0 || last > text.Length)
            throw new CelError($"index out of range: {last}");
        return (long)text.AsSpan(0, (int)Math.Min(text.Length, last + sought.Length)).LastIndexOf(sought);
    }

    private static string Replace(IReadOnlyList<object?> arguments)
    {
        var (text, old, fresh) = (Text(arguments, 0), Text(arguments, 1), Text(arguments, 2));
        var left = arguments.Count > 3 ? Whole(arguments, 3) : -1;
        if (old.Length == 0)
            return left == 0 ? text
                : string.Concat(text.EnumerateRunes()
                    .Select((rune, i) => left < 0 || i < left ? fresh + rune : rune.ToString())) + (left < 0 ? fresh : "");
        if (left < 0)
            return text.Replace(old, fresh, StringComparison.Ordinal);
        var made = new StringBuilder();
        var start = 0;
        for (; left > 0 && text.IndexOf(old, start, StringComparison.Ordinal) is var at and >= 0; left--)
        {
            made.Append(text, start, at - start).Append(fresh);
            start = at + old.Length;
        }

        return made.Append(text, start, text.Length - start).ToString();
    }

    private static ListValue Split(IReadOnlyList<object?> arguments)
    {
        var (text, separator) = (Text(arguments, 0), Text(arguments, 1));
        var most = arguments.Count > 2 ? Whole(arguments, 2) : -1;
        if (most == 0)
            return new ListValue([]);
        var count = most < 0 ? int.MaxValue : (int)Math.Min(most, int.MaxValue);
        if (separator.Length > 0)
            return new ListValue([.. text.Split(separator, count)]);
        var runes = text.EnumerateRunes().Select(rune => rune.ToString()).ToList();
        return new ListValue(runes.Count <= count ? [.. runes] : [.. runes.Take(count - 1), string.Concat(runes.Skip(count - 1))]);
    }

    private static string Substring(Rune[] text, long start, long? end)
    {
        var stop = end ?? text.Length;
        if (start < 0 || start > text.Length)
            throw new CelError($"index out of range: {start}");
        if (stop < 0 || stop > text.Length)
            throw new CelError($"index out of range: {stop}");
        if (start > stop)
            throw new CelError($"invalid substring range. start: {start}, end: {stop}");
        return string.Concat(text[(int)start..(int)stop]);
    }

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                '\a' => quoted.Append("\\a"),
                '\b' => quoted.Append("\\b"),
                '\f' => quoted.Append("\\f"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                '\v' => quoted.Append("\\v"),
                '\\' => quoted.Append("\\\\"),
                '"' => quoted.Append("\\\""),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}
