using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Linq;

namespace Canary.Usage;

/// <summary>Limits of an option's number. What is no number at all is told by the parser.</summary>
public static class NumberRule
{
    /// <param name="option">An option of a number.</param>
    /// <param name="isAllowed">Whether a number is.</param>
    /// <param name="allowed">Which are, in words: "0 to 65535".</param>
    public static void Limit(this Option option, Func<double, bool> isAllowed, string allowed) =>
        option.Validators.Add((OptionResult result) =>
    {
        if (result.Tokens.LastOrDefault() is { } token
            && double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && !isAllowed(number))
            result.AddError($"{option.Name}: found {UsageErrors.Quote(token.Value)}, allowed is {allowed}");
    });
}
