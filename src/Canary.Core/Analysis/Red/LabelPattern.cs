using System;
using System.Text.RegularExpressions;
using Canary.Core.Patterns;

namespace Canary.Core.Analysis.Red;

/// <summary>
/// A regular expression on a label's value, as Prometheus and Alertmanager read it: it matches the whole value, and takes a time that is
/// linear in it. Only what means the same in RE2 and here is allowed: no look-around, no back reference, no group by name, no class of
/// Unicode, so that asking Prometheus and being told by the webhook cannot differ.
/// </summary>
public sealed class LabelPattern
{
    /// <summary>Most letters of a pattern.</summary>
    public const int LongestPattern = 1024;

    /// <summary>Largest count of a repetition, as in RE2.</summary>
    private const int MostRepeats = 1000;

    private const string Flags = "is";
    private const string Escaped = @"\.+*?()|[]{}^$/-""'#&~ _:;,@!%=<>";

    private readonly Lazy<(Regex? Regex, string? Problem)> _compiled;

    /// <param name="text">The pattern.</param>
    public LabelPattern(string text)
    {
        Text = text;
        _compiled = new(() => Compile(text));
    }

    /// <summary>The pattern as it was written.</summary>
    public string Text { get; }

    /// <summary>What is wrong with it; null: nothing.</summary>
    public string? Problem => _compiled.Value.Problem;

    /// <summary>It matches the whole value. One that cannot be read matches nothing.</summary>
    public bool IsMatch(string value) => _compiled.Value.Regex?.IsMatch(value) ?? false;

    private static (Regex? Regex, string? Problem) Compile(string text)
    {
        if (text.Length > LongestPattern) return (null, $"it has {text.Length} letters; allowed are {LongestPattern}");
        if (Ambiguous(text) is { } ambiguous) return (null, ambiguous);
        var (regex, problem) = GoExpression.CompileWhole(text);
        return (regex, problem is null or GoExpression.TooLarge ? problem : $"it is no regular expression: {problem}");
    }

    /// <summary>What RE2 allows and other readers of the same rule may take for something else; null: there is nothing of that
    /// kind.</summary>
    private static string? Ambiguous(string text)
    {
        var isInClass = false;
        for (var at = 0; at < text.Length; at++)
        {
            var found = $"it has \"{text[at..Math.Min(text.Length, at + 4)]}\" at letter {at + 1}";
            switch (text[at])
            {
                case '\\' when at + 1 == text.Length:
                    return "it ends with a single \\";
                case '\\':
                    if (!IsEscape(text[++at], isInClass))
                        return $@"{found}; allowed behind \ are d w s, D W S outside of [ ], t n r f v, and punctuation";
                    break;
                case '[' when isInClass:
                    return $"{found}; [ within [ ] is written \\[";
                case '[':
                    isInClass = true;
                    if (at + 1 < text.Length && text[at + 1] == '^') at++;
                    // A bracket that comes first stands for itself.
                    if (at + 1 < text.Length && text[at + 1] == ']') at++;
                    break;
                case ']' when isInClass:
                    isInClass = false;
                    break;
                case '(' when !isInClass && at + 1 < text.Length && text[at + 1] == '?' && !IsGroup(text, at + 2):
                    return $"{found}; behind (? only : and the flags {Flags} are allowed";
                case '{' when !isInClass && Repeats(text, at) > MostRepeats:
                    return $"{found}; at most {MostRepeats} repetitions are allowed";
            }
        }

        return null;
    }

    // A class that is the complement of one cannot stand within another.
    private static bool IsEscape(char letter, bool isInClass) => letter switch
    {
        'd' or 'w' or 's' or 't' or 'n' or 'r' or 'f' or 'v' => true,
        'D' or 'W' or 'S' => !isInClass,
        _ => Escaped.Contains(letter, StringComparison.Ordinal),
    };

    private static bool IsGroup(string text, int at)
    {
        while (at < text.Length && Flags.Contains(text[at], StringComparison.Ordinal)) at++;
        return at < text.Length && (text[at] == ':' || (text[at] == ')' && text[at - 1] != '?'));
    }

    private static int Repeats(string text, int at)
    {
        var most = 0;
        var number = 0;
        for (at++; at < text.Length && text[at] is (>= '0' and <= '9') or ','; at++)
        {
            number = text[at] == ',' ? 0 : Math.Min(1_000_000, (number * 10) + text[at] - '0');
            most = Math.Max(most, number);
        }

        return most;
    }
}
