using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Canary.Core.Analysis.Secrets;

/// <summary>
/// Stands in a resolved text for one key of a Secret: <c>{{secret:NAME/KEY}}</c>. A run holds the placeholder; the value is put in its
/// place when the query is sent, and is never stored, logged or shown.
/// </summary>
public static partial class SecretPlaceholder
{
    /// <summary>The placeholder of a key.</summary>
    public static string Format(string name, string key) => $"{{{{secret:{name}/{key}}}}}";

    /// <summary>There is one in the text.</summary>
    public static bool IsIn(string? text) => text is not null && Form().IsMatch(text);

    /// <summary>How many there are in the text.</summary>
    public static int Count(string text) => Form().Count(text);

    /// <summary>The keys that the text needs, each once.</summary>
    public static IReadOnlyList<SecretValue.FromSecret> Find(string text) =>
        [.. Form().Matches(text).Select(match => new SecretValue.FromSecret(match.Groups["name"].Value, match.Groups["key"].Value))
            .Distinct()];

    /// <summary>The text with each placeholder replaced, once: a value is never read again.</summary>
    public static string Fill(string text, IReadOnlyDictionary<SecretValue.FromSecret, string> values) =>
        Form().Replace(text, match => values[new SecretValue.FromSecret(match.Groups["name"].Value, match.Groups["key"].Value)]);

    // Names of Secrets are DNS subdomains; keys are letters, digits, '-', '_' and '.'.
    [GeneratedRegex(@"\{\{secret:(?<name>[a-z0-9.-]+)/(?<key>[A-Za-z0-9._-]+)\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
