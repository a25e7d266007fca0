using System;
using System.Linq;
using System.Text.RegularExpressions;

namespace Canary.Cli.Tests.AnyCommandLine;

/// <summary>What is wrong with how a command line ended.</summary>
internal static partial class LineVerdict
{
    // 130: interrupted. The others are in the README.
    private static readonly int[] Codes = [0, 1, 2, 3, 4, 5, 6, 7, 130];

    /// <summary>Null: nothing is.</summary>
    public static string? Problem(int code, string output, string error)
    {
        var said = error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (!Codes.Contains(code)) return $"code {code} is not documented: {Short(error)}";
        if (Trace().IsMatch(error) || Trace().IsMatch(output)) return $"a stack trace: {Short(error)}";
        if (error.Contains("This is a bug", StringComparison.Ordinal)) return $"a bug is told: {Short(error)}";
        if (DotNetType().IsMatch(error)) return $"a type of .NET is named: {Short(error)}";
        if (code is not (0 or 130) && said.Length == 0 && output.Length == 0) return $"code {code} without a word";
        if (code == 2 && !said[^1].StartsWith("error: ", StringComparison.Ordinal)) return $"the error does not stand last: {Short(error)}";
        return null;
    }

    private static string Short(string text) => text.Length > 900 ? text[..900] : text;

    [GeneratedRegex(@"^\s+at \S+\(", RegexOptions.Multiline)]
    private static partial Regex Trace();

    [GeneratedRegex(@"\bSystem\.[A-Z][A-Za-z]+|\bUnhandled exception|Parameter '\w+'|\bNewtonsoft|\bObject reference")]
    private static partial Regex DotNetType();
}
