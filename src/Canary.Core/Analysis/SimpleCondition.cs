using System.Globalization;
using System.Text.RegularExpressions;

namespace Canary.Core.Analysis;

/// <summary>Conditions that are a bound and nothing else: <c>result[0] &lt; 0.01</c>.</summary>
public static partial class SimpleCondition
{
    /// <summary>The least and the greatest value that is good by such a condition; both null where it is another one.</summary>
    /// <param name="condition">Its text.</param>
    /// <param name="isFailure">It says what is bad.</param>
    public static (double? Min, double? Max) Bounds(string? condition, bool isFailure)
    {
        if (condition is null || Form().Match(condition) is not { Success: true } match) return (null, null);
        if (!double.TryParse(match.Groups["bound"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var bound))
            return (null, null);
        return match.Groups["sign"].Value.StartsWith('<') != isFailure ? (null, bound) : (bound, null);
    }

    [GeneratedRegex(@"^\s*result(\[0\])?\s*(?<sign><=|>=|<|>)\s*(?<bound>-?[0-9.]+([eE][-+]?[0-9]+)?)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
