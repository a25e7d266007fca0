using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Canary.ApiServer.Objects;

/// <summary>What names, labels and keys may look like, with the reasons a real server gives.</summary>
internal static partial class NameRules
{
    private const string QualifiedPart =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. "
            + "'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private const string Subdomain =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an "
            + "alphanumeric character (e.g. 'example.com', regex used for validation is "
            + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string Label1123 =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "
            + "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string Label1035 =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an "
            + "alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    private const string LabelText =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
            + "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
            + "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private const string ConfigKeyText =
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', "
            + "regex used for validation is '[-._a-zA-Z0-9]+')";

    public static IReadOnlyList<string> Dns1123Subdomain(string name) => Check(name, 253, SubdomainPattern(), Subdomain);

    public static IReadOnlyList<string> Dns1123Label(string name) => Check(name, 63, Label1123Pattern(), Label1123);

    public static IReadOnlyList<string> Dns1035Label(string name) => Check(name, 63, Label1035Pattern(), Label1035);

    public static IReadOnlyList<string> LabelValue(string value) => Check(value, 63, LabelPattern(), LabelText);

    public static IReadOnlyList<string> ConfigKey(string key) => Check(key, 253, ConfigKeyPattern(), ConfigKeyText);

    public static IReadOnlyList<string> PathSegment(string name) => name switch
    {
        "." or ".." => [$"may not be '{name}'"],
        _ => [.. name.Where(c => c is '/' or '%').Distinct().Select(c => $"may not contain '{c}'")],
    };

    /// <summary>Why the text is no qualified name, <c>prefix/name</c>; null where it is one.</summary>
    public static string? QualifiedName(string text)
    {
        var parts = text.Split('/');
        if (parts.Length > 2)
            return "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
                + "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
                + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
        if (parts.Length == 2 && parts[0].Length == 0)
            return "prefix part must be non-empty";
        if (parts.Length == 2 && Dns1123Subdomain(parts[0]) is [var wrong, ..])
            return "prefix part " + wrong;
        if (parts[^1].Length == 0)
            return "name part must be non-empty";
        if (parts[^1].Length > 63)
            return "name part must be no more than 63 characters";
        return QualifiedPattern().IsMatch(parts[^1]) ? null : QualifiedPart;
    }

    private static IReadOnlyList<string> Check(string text, int longest, Regex pattern, string reason)
    {
        List<string> wrong = [];
        if (text.Length > longest)
            wrong.Add($"must be no more than {longest} characters");
        if (!pattern.IsMatch(text))
            wrong.Add(reason);
        return wrong;
    }

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z")]
    private static partial Regex QualifiedPattern();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex SubdomainPattern();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Label1123Pattern();

    [GeneratedRegex(@"^[a-z]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Label1035Pattern();

    [GeneratedRegex(@"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\z")]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"^[-._a-zA-Z0-9]+\z")]
    private static partial Regex ConfigKeyPattern();
}
