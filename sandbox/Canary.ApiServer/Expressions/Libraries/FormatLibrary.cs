using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.ApiServer.Expressions.Values;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Expressions.Libraries;

/// <summary>Kubernetes' named formats: <c>format.dns1123Label().validate(name)</c> gives the reasons why a name is none.</summary>
internal static class FormatLibrary
{
    private sealed record NamedFormat(string Name, Func<string, IReadOnlyList<string>> Check);

    private static readonly FrozenDictionary<string, NamedFormat> Formats = new NamedFormat[]
    {
        new("dns1123Label", NameRules.Dns1123Label),
        new("dns1123Subdomain", NameRules.Dns1123Subdomain),
        new("dns1035Label", NameRules.Dns1035Label),
        new("dns1123LabelPrefix", text => NameRules.Dns1123Label(Prefix(text))),
        new("dns1123SubdomainPrefix", text => NameRules.Dns1123Subdomain(Prefix(text))),
        new("dns1035LabelPrefix", text => NameRules.Dns1035Label(Prefix(text))),
        new("qualifiedName", text => NameRules.QualifiedName(text) is { } wrong ? [wrong] : []),
        new("labelValue", NameRules.LabelValue),
        new("uri", text => UrlValue.Read(text) is null ? ["invalid URI"] : []),
        new("uuid", text => Guid.TryParseExact(text, "D", out _) ? [] : ["does not match the UUID format"]),
        new("byte", text => Convert.TryFromBase64String(text, new byte[text.Length], out _) ? [] : ["invalid base64"]),
        new("date", text => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? []
            : ["invalid date"]),
        new("datetime", text => text.Contains('T', StringComparison.Ordinal) && Times.ReadTimestamp(text) is not null ? []
            : ["invalid datetime"]),
    }.ToFrozenDictionary(format => format.Name, StringComparer.Ordinal);

    public static void AddTo(Action<string, string, Func<IReadOnlyList<object?>, object?>> add)
    {
        foreach (var format in Formats.Values)
            add($"format.{format.Name}", "()kubernetes.NamedFormat", _ => format);
        add("format.named", "(string)optional<kubernetes.NamedFormat>", a => Formats.TryGetValue(StringLibrary.Text(a, 0), out var format)
            ? OptionalValue.Of(format) : OptionalValue.None);
        add("validate", "kubernetes.NamedFormat.(string)optional<list<string>>", Validate);
    }

    private static object Validate(IReadOnlyList<object?> arguments)
    {
        var errors = ((arguments[0] as NamedFormat) ?? throw CelError.NoOverload).Check(StringLibrary.Text(arguments, 1));
        return errors.Count == 0 ? OptionalValue.None : OptionalValue.Of(new ListValue([.. errors.Cast<object?>()]));
    }

    private static string Prefix(string text) => text.EndsWith('-') ? text[..^1] + "a" : text;
}
