using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace Canary.ApiServer.Documents.OpenApi;

/// <summary>Paths of one resource and what can be done there.</summary>
internal sealed class OperationList(string group, string version, OpenApiResource resource, string schema)
{
    private const string Scale = "io.k8s.api.autoscaling.v1.Scale";
    private const string Status = "io.k8s.apimachinery.pkg.apis.meta.v1.Status";
    private const string Patch = "io.k8s.apimachinery.pkg.apis.meta.v1.Patch";
    private const string DeleteOptions = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";

    private static readonly string[] PatchTypes =
        ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json",
            "application/strategic-merge-patch+json"];

    private string Root => group.Length == 0 ? $"/api/{version}" : $"/apis/{group}/{version}";

    private string Collection => resource.IsNamespaced ? $"{Root}/namespaces/{{namespace}}/{resource.Plural}" : $"{Root}/{resource.Plural}";

    private string ListSchema => schema[..(schema.LastIndexOf('.') + 1)] + resource.ListKind;

    private string Scope => resource.IsNamespaced ? "Namespaced" : "";

    public IEnumerable<(string Path, JsonObject Operations)> Paths()
    {
        var list = Operations(
            ("list", "get",
                Operation("list", "list", $"list objects of kind {resource.Kind}", $"{Scope}{resource.Kind}", ListSchema, Parameters.List)),
            ("create", "post", Write("create", "post", $"create a {resource.Kind}", "", schema, Parameters.Create)),
            ("deletecollection", "delete", Operation(
                "delete", "deletecollection", $"delete collection of {resource.Kind}", $"Collection{Scope}{resource.Kind}", Status,
                Parameters.List)));
        if (list.Count > 0)
            yield return (Collection, With(list, Parameters.Path(hasName: false, resource.IsNamespaced)));
        var one = Operations(
            ("get", "get",
                Operation("read", "get", $"read the specified {resource.Kind}", $"{Scope}{resource.Kind}", schema, Parameters.Get)),
            ("update", "put", Write("replace", "put", $"replace the specified {resource.Kind}", "", schema, Parameters.Create)),
            ("delete", "delete", Write("delete", "delete", $"delete a {resource.Kind}", "", Status, Parameters.Delete)),
            ("patch", "patch", Write("patch", "patch", $"partially update the specified {resource.Kind}", "", schema, Parameters.Patch)));
        if (one.Count > 0)
            yield return ($"{Collection}/{{name}}", With(one, Parameters.Path(hasName: true, resource.IsNamespaced)));
        foreach (var subresource in resource.Subresources.Where(name => name is "status" or "scale"))
            yield return ($"{Collection}/{{name}}/{subresource}", Below(subresource));
        if (resource.IsNamespaced && resource.Verbs.Contains("list"))
            yield return ($"{Root}/{resource.Plural}", With(
                new JsonObject
                {
                    ["get"] = Operation("list", "list", $"list objects of kind {resource.Kind}",
                    $"{resource.Kind}ForAllNamespaces", ListSchema, [])
                },
                Parameters.List));
    }

    private JsonObject Below(string subresource)
    {
        var answer = subresource == "scale" ? Scale : schema;
        var suffix = char.ToUpperInvariant(subresource[0]) + subresource[1..];
        return With(
            Operations(
                ("get", "get",
                    Operation("read", "get", $"read {subresource} of the specified {resource.Kind}", $"{Scope}{resource.Kind}{suffix}",
                        answer, Parameters.Get)),
                ("update", "put",
                    Write("replace", "put", $"replace {subresource} of the specified {resource.Kind}", suffix, answer, Parameters.Create)),
                ("patch", "patch",
                    Write("patch", "patch", $"partially update {subresource} of the specified {resource.Kind}", suffix, answer,
                        Parameters.Patch))),
            Parameters.Path(hasName: true, resource.IsNamespaced));
    }

    private JsonObject Operations(params (string Verb, string Method, JsonObject Operation)[] operations)
    {
        var allowed = new JsonObject();
        foreach (var (verb, method, operation) in operations)
            if (resource.Verbs.Contains(verb))
                allowed[method] = operation;
        return allowed;
    }

    private JsonObject Write(string name, string action, string description, string suffix, string answer,
        IReadOnlyList<JsonObject> parameters)
    {
        var operation = Operation(name, action, description, $"{Scope}{resource.Kind}{suffix}", answer, parameters);
        var body = action switch
        {
            "patch" =>
                PatchTypes.Where(type => !resource.Schema.IsCustom || !type.Contains("strategic", StringComparison.Ordinal))
                .Select(type => (type, Patch)),
            "delete" => [("application/json", DeleteOptions), ("application/yaml", DeleteOptions)],
            _ => [("application/json", answer), ("application/yaml", answer)],
        };
        operation["requestBody"] = new JsonObject
        {
            ["content"] = new JsonObject(body.Select(type => KeyValuePair.Create(type.Item1, (JsonNode?)Content(type.Item2)))),
            ["required"] = action != "delete",
        };
        return operation;
    }

    private JsonObject Operation(string name, string action, string description, string target, string answer,
        IReadOnlyList<JsonObject> parameters) => new()
        {
            ["tags"] = new JsonArray($"{Tag}_{version}"),
            ["description"] = description,
            ["operationId"] = name + Capital(Tag) + Capital(version) + target,
            ["parameters"] = new JsonArray([.. parameters.Select(parameter => parameter.DeepClone())]),
            ["responses"] = new JsonObject
            {
                [action == "post" ? "201" : "200"] = new JsonObject
                {
                    ["description"] = action == "post" ? "Created" : "OK",
                    ["content"] = new JsonObject { ["application/json"] = Content(answer), ["application/yaml"] = Content(answer) },
                },
                ["401"] = new JsonObject { ["description"] = "Unauthorized" },
            },
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = ComponentList.Kind(group, version, resource.Kind),
        };

    private string Tag
    {
        get
        {
            if (group.Length == 0)
                return "core";
            var bare = group.EndsWith(".k8s.io", StringComparison.Ordinal) ? group[..^".k8s.io".Length] : group;
            var parts = bare.Split('.', '-');
            return parts[0] + string.Concat(parts.Skip(1).Select(Capital));
        }
    }

    private static JsonObject With(JsonObject operations, IReadOnlyList<JsonObject> parameters)
    {
        operations["parameters"] = new JsonArray([.. parameters.Select(parameter => parameter.DeepClone())]);
        return operations;
    }

    private static JsonObject Content(string name) => new() { ["schema"] = ComponentList.Reference(name) };

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
