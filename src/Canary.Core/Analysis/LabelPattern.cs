using System;
using System.Text;
using System.Text.RegularExpressions;

namespace Canary.Core.Analysis;

/// <summary>
/// A regular expression on a label's value, as Prometheus and Alertmanager read it: it matches the whole value, and takes a time that is linear in it. Only what means the same in RE2 and here is
/// allowed: no look-around, no back reference, no group by name, no class of Unicode, so that asking Prometheus and being told by the webhook cannot differ.
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
        if (Translate(text, out var problem) is not { } ours) return (null, problem);
        try
        {
            return (new Regex($@"\A(?:{ours})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline), null);
        }
        catch (ArgumentException wrong)
        {
            return (null, $"it is no regular expression: {Reason(wrong.Message)}");
        }
        catch (NotSupportedException)
        {
            return (null, "it is too large when its repetitions are written out; repeat less");
        }
    }

    // The message of .NET repeats the pattern, with what was put around it.
    private static string Reason(string message) => message.LastIndexOf(". ", StringComparison.Ordinal) is > 0 and var end ? message[(end + 2)..].TrimEnd('.') : message.TrimEnd('.');

    private static string? Translate(string text, out string problem)
    {
        var ours = new StringBuilder(text.Length + 16);
        var isInClass = false;
        for (var at = 0; at < text.Length; at++)
        {
            var letter = text[at];
            problem = $"it has \"{text[at..Math.Min(text.Length, at + 4)]}\" at letter {at + 1}";
            switch (letter)
            {
                case '\\' when at + 1 == text.Length:
                    problem = "it ends with a single \\";
                    return null;
                case '\\':
                    if (Escape(text[++at], isInClass) is not { } escape)
                    {
                        problem += @"; allowed behind \ are d w s, D W S outside of [ ], t n r f v, and punctuation";
                        return null;
                    }

                    ours.Append(escape);
                    continue;
                case '[' when isInClass:
                    problem += "; [ within [ ] is written \\[";
                    return null;
                case '[':
                    isInClass = true;
                    ours.Append('[');
                    if (at + 1 < text.Length && text[at + 1] == '^') ours.Append(text[++at]);
                    // A bracket that comes first stands for itself.
                    if (at + 1 < text.Length && text[at + 1] == ']') (_, at) = (ours.Append(@"\]"), at + 1);
                    continue;
                case ']' when isInClass:
                    isInClass = false;
                    break;
                case '(' when !isInClass && at + 1 < text.Length && text[at + 1] == '?' && !IsGroup(text, at + 2):
                    problem += $"; behind (? only : and the flags {Flags} are allowed";
                    return null;
                case '{' when !isInClass && Repeats(text, at) > MostRepeats:
                    problem += $"; at most {MostRepeats} repetitions are allowed";
                    return null;
                case '$' when !isInClass:
                    ours.Append(@"\z");
                    continue;
            }

            ours.Append(letter);
        }

        problem = "";
        return ours.ToString();
    }

    // What RE2 means: letters of ASCII. A class that is the complement of one cannot stand within another.
    private static string? Escape(char letter, bool isInClass) => letter switch
    {
        'd' => isInClass ? "0-9" : "[0-9]",
        'w' => isInClass ? "0-9A-Za-z_" : "[0-9A-Za-z_]",
        's' => isInClass ? @"\t\n\f\r " : @"[\t\n\f\r ]",
        'D' when !isInClass => "[^0-9]",
        'W' when !isInClass => "[^0-9A-Za-z_]",
        'S' when !isInClass => @"[^\t\n\f\r ]",
        't' or 'n' or 'r' or 'f' or 'v' => $@"\{letter}",
        _ when Escaped.Contains(letter, StringComparison.Ordinal) => letter is '_' ? "_" : char.IsAsciiLetterOrDigit(letter) ? null : $@"\{letter}",
        _ => null,
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
