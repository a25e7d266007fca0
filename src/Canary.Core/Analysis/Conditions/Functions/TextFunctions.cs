using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Functions;

/// <summary>Texts.</summary>
internal static class TextFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("trim", "trim(text[, characters])", "the text without white space, or those characters, at both ends", 1, 2,
            static (_, given) => new Value.Text(Trim(given))),
        new("trimPrefix", "trimPrefix(text[, prefix])", "the text without the prefix, or without one space", 1, 2,
            static (_, given) => new Value.Text(TrimPrefix(Text("trimPrefix", given, 0), Affix("trimPrefix", given)))),
        new("trimSuffix", "trimSuffix(text[, suffix])", "the text without the suffix, or without one space", 1, 2,
            static (_, given) => new Value.Text(TrimSuffix(Text("trimSuffix", given, 0), Affix("trimSuffix", given)))),
        new("upper", "upper(text)", "the text in upper case", 1, 1,
            static (_, given) => new Value.Text(Text("upper", given, 0).ToUpperInvariant())),
        new("lower", "lower(text)", "the text in lower case", 1, 1,
            static (_, given) => new Value.Text(Text("lower", given, 0).ToLowerInvariant())),
        new("split", "split(text, separator[, most])", "its parts, without the separators", 2, 3,
            static (state, given) => Split("split", state, given, keeps: false)),
        new("splitAfter", "splitAfter(text, separator[, most])", "its parts, with the separators", 2, 3,
            static (state, given) => Split("splitAfter", state, given, keeps: true)),
        new("replace", "replace(text, old, new[, most])", "the text with the new part instead of the old one", 3, 4,
            static (state, given) => Replace(state, given)),
        new("repeat", "repeat(text, n)", "the text n times", 2, 2,
            static (state, given) => Repeat(state, Text("repeat", given, 0), Arguments.Whole("repeat", given[1]))),
        new("indexOf", "indexOf(text, part)", "the index of the first occurrence; -1 if there is none", 2, 2,
            static (_,
                given) => new Value.Integer(Bytes(Text("indexOf", given, 0), Text("indexOf", given, 0)
                    .IndexOf(Text("indexOf", given, 1), StringComparison.Ordinal)))),
        new("lastIndexOf", "lastIndexOf(text, part)", "the index of the last occurrence; -1 if there is none", 2, 2,
            static (_,
                given) => new Value.Integer(Bytes(Text("lastIndexOf", given, 0), Text("lastIndexOf", given, 0)
                    .LastIndexOf(Text("lastIndexOf", given, 1), StringComparison.Ordinal)))),
        new("hasPrefix", "hasPrefix(text, prefix)", "whether it begins with the prefix", 2, 2,
            static (_, given) =>
                new Value.Bool(Text("hasPrefix", given, 0).StartsWith(Text("hasPrefix", given, 1), StringComparison.Ordinal))),
        new("hasSuffix", "hasSuffix(text, suffix)", "whether it ends with the suffix", 2, 2,
            static (_, given) =>
                new Value.Bool(Text("hasSuffix", given, 0).EndsWith(Text("hasSuffix", given, 1), StringComparison.Ordinal))),
    ];

    private static string Text(string name, IReadOnlyList<Value> given, int index) => Arguments.Text(name, given[index]);

    private static string Affix(string name, IReadOnlyList<Value> given) => given.Count == 2 ? Text(name, given, 1) : " ";

    // Go counts bytes of UTF-8.
    private static int Bytes(string text, int index) => index < 0 ? -1 : System.Text.Encoding.UTF8.GetByteCount(text.AsSpan(0, index));

    private static string Trim(IReadOnlyList<Value> given)
    {
        if (given.Count == 1) return Text("trim", given, 0).Trim();
        var characters = Text("trim", given, 1);
        return characters.Length == 0 ? Text("trim", given, 0) : Text("trim", given, 0).Trim(characters.ToCharArray());
    }

    private static string TrimPrefix(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;

    private static string TrimSuffix(string text, string suffix) =>
        text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text;

    private static Value.List Split(string name, EvaluationState state, IReadOnlyList<Value> given, bool keeps)
    {
        var (text, separator) = (Text(name, given, 0), Text(name, given, 1));
        var most = given.Count == 3 ? Arguments.Whole(name, given[2]) : -1;
        state.Allocate(text.Length);
        if (most == 0) return state.List([]);
        var parts = separator.Length == 0 ? [.. text.EnumerateRunes().Select(rune => rune.ToString())] : text.Split(separator);
        if (most > 0 && parts.Length > most) parts = [.. parts.Take((int)most - 1), string.Join(separator, parts.Skip((int)most - 1))];
        return state.List([.. parts.Select((part, index) => new Value.Text(keeps && index < parts.Length - 1 ? part + separator : part))]);
    }

    private static Value.Text Replace(EvaluationState state, IReadOnlyList<Value> given)
    {
        var (text, old, other) = (Text("replace", given, 0), Text("replace", given, 1), Text("replace", given, 2));
        var most = given.Count == 4 ? Arguments.Whole("replace", given[3]) : -1;
        if (old.Length == 0) throw new EvaluationException("replace needs a text to look for, and was given an empty one");
        var parts = text.Split(old);
        var replaced = most < 0 ? parts.Length - 1 : (int)Math.Min(most, parts.Length - 1);
        state.Allocate(text.Length + ((long)replaced * other.Length));
        return new(string.Concat(parts.Select((part, index) => index == 0 ? part : (index <= replaced ? other : old) + part)));
    }

    private static Value.Text Repeat(EvaluationState state, string text, long times)
    {
        if (times < 0) throw new EvaluationException($"repeat cannot repeat {times} times");
        if (times > EvaluationState.MaxSize || text.Length * times > EvaluationState.MaxSize)
            throw new EvaluationException($"repeat makes at most {EvaluationState.MaxSize} characters");
        state.Allocate(text.Length * times);
        return new(string.Concat(Enumerable.Repeat(text, (int)times)));
    }
}
