using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Workloads.Reconciling;

/// <summary>Conditions in a status: <c>lastTransitionTime</c> moves only when <c>status</c> changes.</summary>
internal static class StatusCondition
{
    public static JsonObject? Find(JsonObject? item, string type) =>
        item.ItemsAt("status", "conditions").FirstOrDefault(condition => condition.TextAt("type") == type);

    public static bool Holds(JsonObject? item, string type) => Find(item, type).TextAt("status") == "True";

    public static JsonObject Build(JsonObject item, string type, string status, string reason, string message, DateTimeOffset now)
    {
        var before = Find(item, type);
        return new JsonObject
        {
            ["type"] = type,
            ["status"] = status,
            ["lastTransitionTime"] = before.TextAt("status") == status ? before.TextAt("lastTransitionTime") : now.ToTimestamp(),
            ["reason"] = reason,
            ["message"] = message,
        };
    }

    /// <summary>All conditions of the object with these in the place of those of their types.</summary>
    public static JsonArray Merge(JsonObject item, params ReadOnlySpan<JsonObject> changed)
    {
        var merged = new List<JsonObject>(item.ItemsAt("status", "conditions").Select(condition => condition.DeepClone().AsObject()));
        foreach (var condition in changed)
        {
            var at = merged.FindIndex(one => one.TextAt("type") == condition.TextAt("type"));
            if (at < 0) merged.Add(condition);
            else merged[at] = condition;
        }

        return new JsonArray([.. merged]);
    }
}
