using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace Canary.ApiServer.Documents.OpenApi;

/// <summary>OpenAPI v3 documents: kubectl reads them to explain, to validate and to find the merge keys of lists.</summary>
internal static class OpenApiDocuments
{
    /// <summary>The document of one group version.</summary>
    /// <param name="group">Empty for the core group.</param>
    /// <param name="version">The version.</param>
    /// <param name="resources">All resources of the group version.</param>
    public static JsonObject GroupVersion(string group, string version, IReadOnlyList<OpenApiResource> resources)
    {
        var components = new ComponentList();
        var paths = new JsonObject();
        foreach (var resource in resources)
        {
            var schema = components.AddKind(group, version, resource);
            foreach (var (path, operations) in new OperationList(group, version, resource, schema).Paths())
                paths[path] = operations;
        }

        components.AddShared();
        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = resources.Any(resource => resource.Schema.IsCustom)
                ? new JsonObject { ["title"] = "Kubernetes CRD Swagger", ["version"] = "v0.1.0" }
                : new JsonObject { ["title"] = "Kubernetes", ["version"] = "1.32" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = components.ToJson() },
        };
    }
}
