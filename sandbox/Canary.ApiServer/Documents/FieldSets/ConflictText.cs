using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace Canary.ApiServer.Documents.FieldSets;

/// <summary>Conflicts of an apply in words.</summary>
internal static class ConflictText
{
    public static ApplyResult.Conflicting Describe(IReadOnlyList<(ManagerEntry Owner, FieldSet Fields)> conflicts)
    {
        var all = conflicts.SelectMany(conflict => conflict.Fields.Paths().Select(path => (conflict.Owner.Shown, Path: path))).ToList();
        var message = all.Count == 1
            ? $"Apply failed with 1 conflict: conflict with {all[0].Shown}: {all[0].Path}"
            : $"Apply failed with {all.Count} conflicts: " + string.Join('\n', conflicts.SelectMany(conflict =>
                conflict.Fields.Paths().Select(path => $"- {path}").Prepend($"conflicts with {conflict.Owner.Shown}:")));
        return new ApplyResult.Conflicting(message, [.. all.Select(conflict => new JsonObject
        {
            ["reason"] = "FieldManagerConflict",
            ["message"] = $"conflict with {conflict.Shown}",
            ["field"] = conflict.Path,
        })]);
    }
}
