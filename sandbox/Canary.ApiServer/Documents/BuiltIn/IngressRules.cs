using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.BuiltIn;

/// <summary>Rules of Ingresses. Source: <c>ValidateIngressSpec</c> of Kubernetes.</summary>
internal static class IngressRules
{
    public static IReadOnlyList<FieldError> Check(JsonObject obj)
    {
        var errors = new List<FieldError>();
        var spec = obj.Member("spec");
        JsonObject[] rules = [.. KindDefaults.Items(spec.Member("rules"))];
        if (rules.Length == 0 && spec.Member("defaultBackend") is null)
            errors.Add(FieldError.Invalid("spec", GoFormat.Value(spec), "either `defaultBackend` or `rules` must be specified"));
        if (spec.Member("defaultBackend") is JsonObject fallback) Backend(fallback, "spec.defaultBackend", errors);
        for (var index = 0; index < rules.Length; index++)
        {
            if (rules[index].Member("http") is JsonObject http)
                Paths(http, $"spec.rules[{index.ToString(CultureInfo.InvariantCulture)}].http.paths", errors);
        }

        return errors;
    }

    private static void Paths(JsonObject http, string field, List<FieldError> errors)
    {
        JsonObject[] paths = [.. KindDefaults.Items(http.Member("paths"))];
        if (paths.Length == 0) errors.Add(FieldError.Required(field));
        for (var index = 0; index < paths.Length; index++)
        {
            var (path, at) = (paths[index], $"{field}[{index.ToString(CultureInfo.InvariantCulture)}]");
            var type = path.Member("pathType").Text();
            if (type is not ("Exact" or "Prefix" or "ImplementationSpecific"))
                errors.Add(FieldError.NotSupported($"{at}.pathType", GoFormat.Value(path.Member("pathType")),
                    "\"Exact\", \"ImplementationSpecific\", \"Prefix\""));
            else if (type != "ImplementationSpecific" && path.Member("path").Text() is not ['/', ..])
                errors.Add(FieldError.Invalid($"{at}.path", GoFormat.Quoted(path.Member("path").Text() ?? ""), "must be an absolute path"));
            if (path.Member("backend") is JsonObject backend) Backend(backend, $"{at}.backend", errors);
        }
    }

    private static void Backend(JsonObject backend, string field, List<FieldError> errors)
    {
        if (backend.Member("resource") is not null) return;
        if (backend.Member("service") is not JsonObject service)
        {
            errors.Add(FieldError.Required($"{field}.name"));
            return;
        }

        var name = service.Member("name").Text() ?? "";
        if (name.Length == 0) errors.Add(FieldError.Required($"{field}.service.name"));
        else errors.AddRange(NameRules.Dns1123Label(name).Select(wrong =>
            FieldError.Invalid($"{field}.service.name", GoFormat.Quoted(name), wrong)));
        var port = service.Member("port");
        var (isNamed, isNumbered) = (port.Member("name").Text() is { Length: > 0 }, port.Member("number").Whole() is > 0);
        if (isNamed && isNumbered)
            errors.Add(FieldError.Invalid($"{field}.port", GoFormat.Value(port), "cannot set both port name & port number"));
        else if (!isNamed && !isNumbered) errors.Add(FieldError.Required($"{field}.port"));
    }
}
