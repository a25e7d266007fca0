using System;
using System.Diagnostics;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.FieldSets;
using Canary.ApiServer.Documents.Patches;
using Canary.ApiServer.Http;

namespace Canary.ApiServer.Writing;

/// <summary>Who owns which field of an object, kept up as objects are written.</summary>
internal static class FieldOwnership
{
    public static void RecordUpdate(WriteTarget target, JsonObject? before, JsonObject after, DateTimeOffset now) =>
        FieldManagement.RecordUpdate(before, after, target.Options.FieldManager, target.SubresourceOrNone, target.Resource.Schema, now);

    /// <exception cref="ApiRefusal">Another manager owns a field and has another value in it, or the configuration does not fit the
    /// schema.</exception>
    public static JsonObject Apply(WriteTarget target, JsonObject? live, JsonObject applied, DateTimeOffset now)
    {
        var options = target.Options;
        try
        {
            var result = FieldManagement.Apply(
                live, applied, options.FieldManager, options.IsForced, target.SubresourceOrNone, target.Resource.Schema, now);
            return result switch
            {
                ApplyResult.Merged merged => merged.Object,
                ApplyResult.Conflicting conflicting => throw Conflict(conflicting),
                _ => throw new UnreachableException(),
            };
        }
        catch (PatchRejectedException e)
        {
            throw new ApiRefusal(e.StatusCode, e.Reason, e.Message);
        }
    }

    private static ApiRefusal Conflict(ApplyResult.Conflicting conflicting) =>
        new(409, "Conflict", conflicting.Message,
            new JsonObject { ["causes"] = new JsonArray([.. conflicting.Causes.Select(c => c.DeepClone())]) });
}
