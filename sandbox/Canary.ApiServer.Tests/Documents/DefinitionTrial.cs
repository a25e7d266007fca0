using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Tests.Documents;

/// <summary>What the API server says when a definition is created.</summary>
internal static class DefinitionTrial
{
    private static readonly ObjectSchema Definitions = ObjectSchema.BuiltIn("apiextensions.k8s.io", "v1", "CustomResourceDefinition")!;

    public static IReadOnlyList<FieldError> Errors(JsonObject definition)
    {
        var created = (JsonObject)definition.DeepClone();
        var storage = ((JsonArray)created["spec"]!["versions"]!).First(version => version.Member("storage").IsTrue()).Member("name").Text();
        Definitions.Prune(created);
        Definitions.Default(created);
        created["status"] = new JsonObject { ["storedVersions"] = new JsonArray(storage) };
        return Definitions.Validate(created, null, null);
    }

    /// <summary>A definition with one version of this schema.</summary>
    public static JsonObject Of(JsonNode schema) => new()
    {
        ["apiVersion"] = "apiextensions.k8s.io/v1",
        ["kind"] = "CustomResourceDefinition",
        ["metadata"] = new JsonObject { ["name"] = "probes.example.com" },
        ["spec"] = new JsonObject
        {
            ["group"] = "example.com",
            ["scope"] = "Namespaced",
            ["names"] = new JsonObject { ["plural"] = "probes", ["kind"] = "Probe" },
            ["versions"] = new JsonArray(new JsonObject
            {
                ["name"] = "v1",
                ["served"] = true,
                ["storage"] = true,
                ["schema"] = new JsonObject { ["openAPIV3Schema"] = schema }
            }),
        },
    };
}
