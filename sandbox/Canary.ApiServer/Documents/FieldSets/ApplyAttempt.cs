using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Schemas;

namespace Canary.ApiServer.Documents.FieldSets;

/// <summary>One apply, up to the question whether anybody else's fields would change.</summary>
internal sealed class ApplyAttempt
{
    private readonly JsonObject? live;
    private readonly ManagerList managers;
    private readonly ManagerEntry self;
    private readonly JsonObject merged;
    private readonly FieldSetComparison changes;

    public ApplyAttempt(JsonObject? live, JsonObject config, ManagerEntry self, SchemaNode schema, ManagerList managers)
    {
        this.live = live;
        this.managers = managers;
        var earlier = managers.Find(self);
        this.self = self with { Time = earlier?.Time, Fields = TypedTree.Fields(config, schema) };
        managers.Set(this.self);
        var before = FieldManagement.Bare(live) ?? FieldManagement.Empty(config);
        merged = Pruned((JsonObject)TypedMerge.Merge(before, config, schema)!, earlier, schema);
        changes = FieldSetComparison.Of(before, merged, schema);
    }

    /// <summary>Who else owns fields that would change.</summary>
    public IReadOnlyList<(ManagerEntry Owner, FieldSet Fields)> Conflicts => managers.Owners(changes.Written, self);

    /// <summary>Takes the fields and gives the object with its managers.</summary>
    public JsonObject Finish(DateTimeOffset now)
    {
        managers.Take(changes.Written, changes.Removed, self);
        // Only a change of the object moves the time of the entry; to share a value that is there already does not.
        var isChange = live is null || !JsonNode.DeepEquals(FieldManagement.Bare(live), merged);
        if (isChange)
            managers.Set(self with { Time = now });
        managers.Write(merged);
        return merged;
    }

    /// <summary>Without what this manager said before, says no longer, and nobody else owns.</summary>
    private JsonObject Pruned(JsonObject all, ManagerEntry? earlier, SchemaNode schema)
    {
        if (earlier is null || earlier.Fields.IsEmpty)
            return all;
        var last = earlier.Fields.WithNamedFields(schema);
        var pruned = TypedTree.Remove(all, last, schema) as JsonObject ?? [];
        var owned = managers.Everything.WithNamedFields(schema);
        var present = TypedTree.Fields(all, schema).WithNamedFields(schema);
        var kept = TypedTree.Fields(pruned, schema).WithNamedFields(schema);
        pruned = TypedTree.Remove(all, present.Difference(kept.Union(owned)), schema) as JsonObject ?? [];
        kept = TypedTree.Fields(pruned, schema).WithNamedFields(schema);
        return TypedTree.Remove(all, present.Difference(kept).Intersection(last), schema) as JsonObject ?? [];
    }
}
