using System.CommandLine;
using System.CommandLine.Parsing;
using System.Linq;
using System.Text.RegularExpressions;
using Canary.Usage;

namespace Canary.Cli.Commands;

/// <summary>Names of objects, as Kubernetes allows them: another could not be asked for, or would be asked of another path.</summary>
internal static partial class NameRule
{
    private const int Longest = 253;
    private const string Allowed = "allowed are lower case letters, digits, '-' and '.', with a letter or digit at both ends, at most 253";

    /// <summary>The Rollout that a command speaks of.</summary>
    public static Argument<string> Rollout()
    {
        var argument = new Argument<string>("ROLLOUT") { Description = "Name of the Rollout" };
        argument.Validators.Add(result => Check(result, "ROLLOUT", isPrefixAllowed: false));
        return argument;
    }

    /// <summary>Checks the values of an option.</summary>
    /// <param name="option">The option.</param>
    /// <param name="isPrefixAllowed">Whether a dash may end it, behind which the API server puts letters.</param>
    public static void CheckNames(this Option option, bool isPrefixAllowed = false) =>
        option.Validators.Add(result => Check(result, option.Name, isPrefixAllowed));

    /// <summary>Checks each word of an argument.</summary>
    public static void CheckNames(this Argument argument) =>
        argument.Validators.Add(result => Check(result, argument.Name, isPrefixAllowed: false));

    private static void Check(SymbolResult result, string where, bool isPrefixAllowed)
    {
        foreach (var word in result.Tokens.Select(token => token.Value))
        {
            // What begins with a dash is told as an option that does not exist.
            if (result is ArgumentResult && word.StartsWith('-')) continue;
            var name = isPrefixAllowed ? word.TrimEnd('-') : word;
            if (name.Length > Longest || !Name().IsMatch(name)) result.AddError($"{where}: found {UsageErrors.Quote(word)}, {Allowed}");
        }
    }

    [GeneratedRegex("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")]
    private static partial Regex Name();
}
