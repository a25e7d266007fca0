using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Canary.Core.Patterns;

/// <summary>Turns a regular expression of Go into one of .NET with the same meaning.</summary>
internal sealed class GoExpressionTranslation
{
    private const int MostRepeats = 1000;
    private const string Flags = "ims";

    private readonly string pattern;
    private readonly StringBuilder made = new();
    private readonly Stack<bool> groups = new();
    private bool isMultiline;
    private int at;

    /// <summary>Where the last repetition began, for the error of a nested one; -1 where something repeatable or nothing stands before.</summary>
    private int lastRepeat = -1;
    private bool canRepeat;

    private GoExpressionTranslation(string pattern) => this.pattern = pattern;

    /// <returns>The translation, or what is wrong.</returns>
    public static (string? Pattern, string? Error) Translate(string pattern)
    {
        var translation = new GoExpressionTranslation(pattern);
        try
        {
            translation.Walk();
            return (translation.made.ToString(), null);
        }
        catch (FormatException wrong)
        {
            return (null, wrong.Message);
        }
    }

    private static FormatException Wrong(string what, string where) => new($"{what}: `{where}`");

    private void Walk()
    {
        while (at < pattern.Length)
        {
            switch (pattern[at])
            {
                case '(':
                    Open();
                    break;
                case ')':
                    if (groups.Count == 0)
                        throw Wrong("unexpected )", pattern);
                    isMultiline = groups.Pop();
                    Emit(")", 1);
                    break;
                case '|':
                    made.Append('|');
                    at++;
                    (canRepeat, lastRepeat) = (false, -1);
                    break;
                case '[':
                    Emit(new GoClassTranslation(pattern, at).Read(out var end), end - at);
                    break;
                case '*' or '+' or '?':
                    Repeat(1);
                    break;
                case '{' when Counts() is { } length:
                    Repeat(length);
                    break;
                case '$':
                    Emit(isMultiline ? "$" : "\\z", 1);
                    break;
                case '^' or '.':
                    Emit(pattern[at].ToString(), 1);
                    break;
                case '\\':
                    Escape();
                    break;
                default:
                    var length2 = char.IsHighSurrogate(pattern[at]) && at + 1 < pattern.Length ? 2 : 1;
                    Emit(length2 == 2 ? $"(?:{pattern.Substring(at, 2)})" : Literal(pattern[at]), length2);
                    break;
            }
        }

        if (groups.Count > 0)
            throw Wrong("missing closing )", pattern);
    }

    private void Emit(string text, int length)
    {
        made.Append(text);
        at += length;
        (canRepeat, lastRepeat) = (true, -1);
    }

    private static string Literal(char c) => char.IsLetterOrDigit(c) ? c.ToString() : $"\\u{(int)c:x4}";

    private void Open()
    {
        groups.Push(isMultiline);
        var rest = pattern.AsSpan(at);
        if (rest.StartsWith("(?:"))
        {
            made.Append("(?:");
            at += 3;
        }
        else if (rest.StartsWith("(?P<") || (rest.StartsWith("(?<") && rest.Length > 3 && rest[3] is not ('=' or '!')))
        {
            Name(rest[2] == 'P' ? 4 : 3);
        }
        else if (rest.StartsWith("(?"))
        {
            ReadFlags();
        }
        else
        {
            made.Append('(');
            at++;
        }

        (canRepeat, lastRepeat) = (false, -1);
    }

    private void Name(int skip)
    {
        var end = pattern.IndexOf('>', at);
        if (end < 0)
            throw Wrong("invalid named capture", pattern[at..]);
        var name = pattern[(at + skip)..end];
        if (name.Length == 0 || !name.All(c => c == '_' || char.IsAsciiLetterOrDigit(c)))
            throw Wrong("invalid named capture", pattern[at..(end + 1)]);
        made.Append("(?<n_").Append(name).Append('>');
        at = end + 1;
    }

    private void ReadFlags()
    {
        var i = at + 2;
        var isNegative = false;
        var multiline = isMultiline;
        for (; i < pattern.Length && pattern[i] is not (')' or ':'); i++)
        {
            if (pattern[i] == '-' && !isNegative)
                isNegative = true;
            else if (Flags.Contains(pattern[i], StringComparison.Ordinal))
                multiline = pattern[i] == 'm' ? !isNegative : multiline;
            else
                throw Wrong("invalid or unsupported Perl syntax", pattern[at..(i + 1)]);
        }

        if (i >= pattern.Length)
            throw Wrong("missing closing )", pattern);
        if (i == at + 2 || pattern[i - 1] == '-')
            throw Wrong("missing argument to repetition operator", "?");
        made.Append(pattern, at, i + 1 - at);
        if (pattern[i] == ')')
            groups.Pop();
        isMultiline = multiline;
        at = i + 1;
    }

    /// <summary>Length of a repeat count such as <c>{2,5}</c> at this place; null where the brace stands for itself.</summary>
    private int? Counts()
    {
        var end = pattern.IndexOf('}', at);
        if (end < 0)
            return null;
        var parts = pattern[(at + 1)..end].Split(',');
        if (parts.Length > 2 || parts[0].Length == 0 || parts.Any(part => !part.All(char.IsAsciiDigit) || (part.Length > 1 && part[0] == '0')))
            return null;
        var numbers = parts.Select(part => part.Length == 0 ? MostRepeats : part.Length > 6 ? int.MaxValue : int.Parse(part, CultureInfo.InvariantCulture)).ToList();
        if (numbers.Exists(number => number > MostRepeats) || numbers[0] > numbers[^1])
            throw Wrong("invalid repeat count", pattern[at..(end + 1)]);
        return end + 1 - at;
    }

    private void Repeat(int length)
    {
        if (lastRepeat >= 0)
            throw Wrong("invalid nested repetition operator", pattern[lastRepeat..(at + length)]);
        if (!canRepeat)
            throw Wrong("missing argument to repetition operator", pattern.Substring(at, length));
        lastRepeat = at;
        made.Append(pattern, at, length);
        at += length;
        if (at < pattern.Length && pattern[at] == '?')
        {
            made.Append('?');
            at++;
        }
    }

    private void Escape()
    {
        if (at + 1 >= pattern.Length)
            throw Wrong("trailing backslash at end of expression", "");
        switch (pattern[at + 1])
        {
            case 'A' or 'z' or 'b' or 'B':
                Emit(pattern.Substring(at, 2), 2);
                return;
            case 'C':
                Emit("[\\s\\S]", 2);
                return;
            case 'Q':
                var end = pattern.IndexOf("\\E", at, StringComparison.Ordinal);
                var literal = end < 0 ? pattern[(at + 2)..] : pattern[(at + 2)..end];
                foreach (var c in literal)
                    Emit(Literal(c), 0);
                at = end < 0 ? pattern.Length : end + 2;
                return;
            case 'E':
                at += 2;
                return;
        }

        if (GoClassTranslation.Set(pattern, at, out var length) is { } set)
            Emit($"[{set}]", length);
        else
            Emit(Rune.IsValid(GoClassTranslation.Character(pattern, at, out length) is var code ? code : 0) && code > char.MaxValue ? $"(?:{new Rune(code)})" : $"\\u{code:x4}", length);
    }
}
