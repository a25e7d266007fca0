using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Definitions;

/// <summary>All rules of a CustomResourceDefinition: its names, versions and what every version says.</summary>
/// <remarks>Source: k8s.io/apiextensions-apiserver pkg/apis/apiextensions/validation of version 1.32.</remarks>
internal static class DefinitionRules
{
    public static IReadOnlyList<FieldError> Check(JsonObject definition, JsonObject? old)
    {
        var errors = new List<FieldError>();
        DefinitionNames.Check(definition, old, errors);
        var versions = (definition.At("spec", "versions") as JsonArray ?? []).OfType<JsonObject>().ToList();
        VersionRules.Check(definition, versions, errors);
        // In the form that is checked, what is the same in every version stands once, above the versions.
        foreach (var (version, path) in Parts(versions, "schema", "spec.validation"))
        {
            if (version.At("schema", "openAPIV3Schema") is JsonObject schema)
                errors.AddRange(SchemaRules.Check(schema, path + ".openAPIV3Schema", version.At("subresources", "status") is not null));
            else
                errors.Add(
                    FieldError.Required($"spec.versions[{versions.IndexOf(version)}].schema.openAPIV3Schema", "schemas are required"));
        }

        foreach (var (version, path) in Parts(versions, "subresources", "spec.subresources"))
            VersionRules.Subresources(version, path, errors);
        foreach (var (version, path) in Parts(versions, "additionalPrinterColumns", "spec.additionalPrinterColumns"))
            VersionRules.Columns(version, path, errors);
        foreach (var (version, path) in Parts(versions, "selectableFields", "spec.selectableFields"))
            SelectableFieldRules.Check(version, path, errors);
        return errors;
    }

    private static IEnumerable<(JsonObject Version, string Path)> Parts(List<JsonObject> versions, string member, string shared)
    {
        if (versions.Count == 0)
            return [];
        return versions.TrueForAll(version => JsonNode.DeepEquals(version.Member(member), versions[0].Member(member)))
            ? [(versions[0], shared)]
            : versions.Select((version, i) => (version, $"spec.versions[{i}].{member}"));
    }
}
