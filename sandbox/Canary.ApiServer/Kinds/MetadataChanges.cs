using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Kinds;

/// <summary>What a write may not do to the metadata of an object that is there already.</summary>
internal static class MetadataChanges
{
    public static void Validate(JsonObject obj, JsonObject old, List<FieldCause> causes)
    {
        if (obj.Uid() is { Length: > 0 } uid && uid != old.Uid())
        {
            // The real server checks this in two places and reports both.
            var cause = FieldCause.Invalid("metadata.uid", FieldCause.Quoted(uid), "field is immutable");
            causes.AddRange([cause, cause]);
        }

        if (!old.IsTerminating())
            return;

        var added = obj.Finalizers().Except(old.Finalizers()).Order(StringComparer.Ordinal).ToList();
        if (added.Count == 0)
            return;

        var shown = string.Join(", ", added.Select(FieldCause.Quoted));
        var refusal = FieldCause.Forbidden(
            "metadata.finalizers",
            $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{shown}}}");
        causes.AddRange([refusal, refusal]);
    }

    /// <summary>The name that Go's decoder has for the type of a JSON value.</summary>
    public static string GoType(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Null or JsonValueKind.Undefined => "null",
    };
}
