using System;
using System.Text.RegularExpressions;

namespace Canary.Core.Patterns;

/// <summary>A regular expression as Go, Prometheus and Argo Rollouts read it (RE2), run in a time that is linear in the text.</summary>
public static class GoExpression
{
    /// <summary>Why an expression that is none of Go's mistakes is not run all the same.</summary>
    public const string TooLarge = "it is too large when its repetitions are written out; repeat less";

    /// <summary>Finds the expression anywhere in a text, as <c>regexp.MatchString</c> does.</summary>
    /// <returns>The expression; or null and why there is none, in Go's words: <c>missing closing ): `(a`</c>.</returns>
    public static (Regex? Regex, string? Problem) Compile(string pattern) => Compile(pattern, "", "", RegexOptions.None);

    /// <summary>Matches whole texts, as Prometheus matches the values of labels: <c>.</c> is a line break too.</summary>
    /// <returns>The expression; or null and why there is none.</returns>
    public static (Regex? Regex, string? Problem) CompileWhole(string pattern) =>
        Compile(pattern, @"\A(?:", @")\z", RegexOptions.Singleline);

    private static (Regex? Regex, string? Problem) Compile(string pattern, string before, string after, RegexOptions options)
    {
        var (ours, problem) = GoExpressionTranslation.Translate(pattern);
        if (ours is null) return (null, problem);
        try
        {
            return (new Regex(before + ours + after, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | options), null);
        }
        catch (ArgumentException)
        {
            return (null, $"invalid regular expression: `{pattern}`");
        }
        catch (NotSupportedException)
        {
            return (null, TooLarge);
        }
    }
}
