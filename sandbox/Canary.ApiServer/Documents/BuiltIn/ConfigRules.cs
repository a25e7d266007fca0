using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.BuiltIn;

/// <summary>Rules of ConfigMaps and Secrets.</summary>
internal static class ConfigRules
{
    private const long MostBytes = 1024 * 1024;

    public static IReadOnlyList<FieldError> ConfigMap(JsonObject obj, JsonObject? old)
    {
        var errors = new List<FieldError>();
        var data = obj.Member("data") as JsonObject ?? [];
        var binary = obj.Member("binaryData") as JsonObject ?? [];
        errors.AddRange(Keys("data", data));
        errors.AddRange(data.Where(member => binary.ContainsKey(member.Key))
            .Select(member =>
                FieldError.Invalid($"data[{member.Key}]", GoFormat.Quoted(member.Key), "duplicate of key present in binaryData")));
        errors.AddRange(Keys("binaryData", binary));
        if (data.Sum(member =>
            (long)Encoding.UTF8.GetByteCount(member.Value.Text() ?? "")) + binary.Sum(member => Decoded(member.Value)) > MostBytes)
            errors.Add(FieldError.TooLong("[]", MostBytes));
        errors.AddRange(Frozen(obj, old, "data", "binaryData"));
        return errors;
    }

    public static IReadOnlyList<FieldError> Secret(JsonObject obj, JsonObject? old)
    {
        var errors = new List<FieldError>();
        var data = obj.Member("data") as JsonObject ?? [];
        if (old is not null && obj.Member("type").Text() != old.Member("type").Text())
            errors.Add(KindRules.Immutable("type", GoFormat.Value(obj.Member("type"))));
        errors.AddRange(Keys("data", data));
        if (data.Sum(member => Decoded(member.Value)) > MostBytes)
            errors.Add(FieldError.TooLong("data", MostBytes));
        var needed = obj.Member("type").Text() switch
        {
            "kubernetes.io/tls" => (string[])["tls.crt", "tls.key"],
            "kubernetes.io/dockerconfigjson" => [".dockerconfigjson"],
            "kubernetes.io/dockercfg" => [".dockercfg"],
            "kubernetes.io/ssh-auth" => ["ssh-privatekey"],
            _ => [],
        };
        errors.AddRange(needed.Where(name => !data.ContainsKey(name)).Select(name => FieldError.Required($"data[{name}]")));
        errors.AddRange(Frozen(obj, old, "data"));
        return errors;
    }

    private static IEnumerable<FieldError> Keys(string field, JsonObject data) =>
        data.SelectMany(member => NameRules.ConfigKey(member.Key)
            .Select(wrong => FieldError.Invalid($"{field}[{member.Key}]", GoFormat.Quoted(member.Key), wrong)));

    private static IEnumerable<FieldError> Frozen(JsonObject obj, JsonObject? old, params string[] fields)
    {
        if (!old.Member("immutable").IsTrue())
            yield break;
        const string Rule = "field is immutable when `immutable` is set";
        if (!obj.Member("immutable").IsTrue())
            yield return FieldError.Forbidden("immutable", Rule);
        foreach (var field in fields)
            if (!JsonNode.DeepEquals(obj.Member(field), old.Member(field)))
                yield return FieldError.Forbidden(field, Rule);
    }

    private static long Decoded(JsonNode? base64) => (base64.Text()?.TrimEnd('=').Length ?? 0) * 3L / 4;
}
