using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Definitions;

/// <summary>The fields by which the objects of a definition can be selected.</summary>
internal static class SelectableFieldRules
{
    private const int Most = 8;

    public static void Check(JsonObject version, string path, List<FieldError> errors)
    {
        var fields = version.Member("selectableFields") as JsonArray ?? [];
        var schema = version.At("schema", "openAPIV3Schema") as JsonObject ?? [];
        var seen = new HashSet<string>();
        for (var i = 0; i < fields.Count; i++)
        {
            var at = $"{path}[{i}].jsonPath";
            var field = fields[i].Member("jsonPath").Text() ?? "";
            if (field.Length == 0)
            {
                errors.Add(FieldError.Required(at));
                continue;
            }

            var (found, wrong) = FieldPaths.Find(schema, field);
            if (found is null)
            {
                errors.Add(FieldError.Invalid(at, GoFormat.Quoted(field), $"is an invalid path: {wrong}"));
                continue;
            }

            if (FieldPaths.Names(field).First() == "metadata")
                errors.Add(FieldError.Invalid(at, GoFormat.Quoted(field), "must not point to fields in metadata"));
            if (found.Member("type").Text() is not ("string" or "boolean" or "integer"))
                errors.Add(FieldError.Invalid(at, GoFormat.Quoted(field),
                    "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed."));
            if (!seen.Add(field))
                errors.Add(FieldError.Duplicate(at, GoFormat.Quoted(field)));
        }

        if (seen.Count > Most)
            errors.Add(FieldError.TooMany(path, seen.Count, Most));
    }
}
