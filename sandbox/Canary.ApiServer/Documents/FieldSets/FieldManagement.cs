using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Patches;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.FieldSets;

/// <summary>Server-side apply, and the record of who set which field.</summary>
internal static class FieldManagement
{
    private const string BeforeFirstApply = "before-first-apply";
    private const string Kubectl = "kubectl";

    /// <summary>Lays a configuration over the live object for one manager.</summary>
    /// <param name="live">The stored object; null creates one.</param>
    /// <param name="applied">What the manager wants to say, all of it: what it said before and leaves out now goes away.</param>
    /// <param name="manager">Name of the field manager.</param>
    /// <param name="force">Take fields from others instead of failing.</param>
    /// <param name="subresource">Null or empty for the object itself.</param>
    /// <param name="schema">Schema of the object.</param>
    /// <param name="now">Time of the entry.</param>
    /// <exception cref="PatchRejectedException">The configuration does not fit the schema: 500.</exception>
    public static ApplyResult Apply(
        JsonObject? live, JsonObject applied, string manager, bool force, string? subresource, ObjectSchema schema, DateTimeOffset now)
    {
        if (TypedCheck.Check(applied, schema.Root) is { } wrong)
            throw new PatchRejectedException(
                PatchRejection.Internal,
                $"failed to create typed patch object ({applied.At("metadata", "namespace").Text()}/"
                    + $"{applied.At("metadata", "name").Text()}; "
                + $"{applied.Member("apiVersion").Text()}, Kind={applied.Member("kind").Text()}): {wrong}");
        var self = new ManagerEntry(manager, ManagerEntry.Apply, applied.Member("apiVersion").Text() ?? "", subresource
            ?? "", null, new FieldSet());
        var attempt = new ApplyAttempt(live, Config(applied, subresource, schema), self, schema.Root, Managers(live, self, schema, now));
        var conflicts = force ? [] : attempt.Conflicts;
        if (conflicts.Count > 0 && manager == Kubectl)
            conflicts = LastApplied.Remaining(conflicts, live, schema.Root);
        if (conflicts.Count > 0)
            return ConflictText.Describe(conflicts);
        var merged = attempt.Finish(now);
        if (manager == Kubectl)
            LastApplied.Update(merged, live, applied);
        return new ApplyResult.Merged(merged);
    }

    /// <summary>Records in <paramref name="after"/> that a manager wrote what differs from <paramref name="before"/>.</summary>
    /// <param name="before">The stored object; null on creation.</param>
    /// <param name="after">The object that is about to be stored, after defaulting. Its own managedFields are taken as the
    /// request's.</param>
    /// <param name="manager">Name of the field manager.</param>
    /// <param name="subresource">Null or empty for the object itself.</param>
    /// <param name="schema">Schema of the object.</param>
    /// <param name="now">Time of the entry; a change through <c>/scale</c> has none.</param>
    public static void RecordUpdate(JsonObject? before, JsonObject after, string manager, string? subresource, ObjectSchema schema,
        DateTimeOffset now)
    {
        var isReset = string.IsNullOrEmpty(subresource) && ManagerList.IsReset(after);
        var sent = string.IsNullOrEmpty(subresource) ? ManagerList.Read(after) : new ManagerList();
        var managers = isReset ? new ManagerList() : sent.IsEmpty ? ManagerList.Read(before) : sent;
        var old = Bare(before) ?? Empty(after);
        var present = Bare(after)!;
        if (before is not null && managers.IsEmpty)
        {
            // An object that nobody tracks is not tracked from an update on: the next apply begins it.
            managers.Write(after);
            return;
        }

        var compared = FieldSetComparison.Of(old, present, schema.Root).Without(Ignored(subresource, schema));
        managers.Take(compared.Written, compared.Removed, except: null);
        var time = subresource == "scale" ? (DateTimeOffset?)null : now;
        var self = new ManagerEntry(manager, ManagerEntry.Update, after.Member("apiVersion").Text() ?? "", subresource ?? "", time,
            ManagerList.Owned(compared.Written));
        if (!self.Fields.IsEmpty)
            managers.Set(managers.Find(self) is { } earlier ? self with { Fields = self.Fields.Union(earlier.Fields) } : self);
        managers.Write(after);
    }

    /// <summary>The object without its managers; they are no part of what is compared.</summary>
    internal static JsonObject? Bare(JsonObject? obj)
    {
        var bare = obj?.DeepClone() as JsonObject;
        (bare.Member("metadata") as JsonObject)?.Remove("managedFields");
        return bare;
    }

    internal static JsonObject Empty(JsonObject like) => new()
    {
        ["apiVersion"] = like.Member("apiVersion")?.DeepClone(),
        ["kind"] = like.Member("kind")?.DeepClone(),
    };

    private static ManagerList Managers(JsonObject? live, ManagerEntry self, ObjectSchema schema, DateTimeOffset now)
    {
        var managers = ManagerList.Read(live);
        if (live is null || !managers.IsEmpty)
            return managers;
        var found = FieldSetComparison.Of(Empty(live), Bare(live), schema.Root).Without(Ignored(self.Subresource, schema)).Added;
        managers.Set(new ManagerEntry(BeforeFirstApply, ManagerEntry.Update, self.ApiVersion, "", now, ManagerList.Owned(found)));
        return managers;
    }

    /// <summary>The configuration as far as the subresource reaches.</summary>
    private static JsonObject Config(JsonObject applied, string? subresource, ObjectSchema schema)
    {
        var config = (JsonObject)applied.DeepClone();
        foreach (var name in Ignored(subresource, schema))
            config.Remove(name);
        if (subresource == "status" && applied.Member("metadata") is JsonObject metadata)
        {
            string[] kept = schema.IsCustom
                ? ["name", "namespace", "uid", "resourceVersion"]
                : [.. metadata.Select(member => member.Key).Where(name => name != "labels")];
            config["metadata"] = new JsonObject(metadata.Where(member => kept.Contains(member.Key, StringComparer.Ordinal))
                .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
        }

        return config;
    }

    /// <summary>Top level members that a write through this path does not reach.</summary>
    private static string[] Ignored(string? subresource, ObjectSchema schema) => subresource switch
    {
        "status" => [.. schema.Root.Properties.Keys.Where(name => name is not ("status" or "metadata" or "apiVersion" or "kind"))],
        _ when schema.HasStatus => ["status"],
        _ => [],
    };
}
