using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Schemas;

namespace Canary.ApiServer.Documents.FieldSets;

/// <summary>One apply, up to the question whether anybody else's fields would change.</summary>
internal sealed class ApplyAttempt
{
    private readonly JsonObject? _live;
    private readonly ManagerList _managers;
    private readonly ManagerEntry _self;
    private readonly JsonObject _merged;
    private readonly FieldSetComparison _changes;

    public ApplyAttempt(JsonObject? live, JsonObject config, ManagerEntry self, SchemaNode schema, ManagerList managers)
    {
        _live = live;
        _managers = managers;
        var earlier = managers.Find(self);
        _self = self with { Time = earlier?.Time, Fields = TypedTree.Fields(config, schema) };
        managers.Set(_self);
        var before = FieldManagement.Bare(live) ?? FieldManagement.Empty(config);
        _merged = Pruned((JsonObject)TypedMerge.Merge(before, config, schema)!, earlier, schema);
        _changes = FieldSetComparison.Of(before, _merged, schema);
    }

    /// <summary>Who else owns fields that would change.</summary>
    public IReadOnlyList<(ManagerEntry Owner, FieldSet Fields)> Conflicts => _managers.Owners(_changes.Written, _self);

    /// <summary>Takes the fields and gives the object with its managers.</summary>
    public JsonObject Finish(DateTimeOffset now)
    {
        _managers.Take(_changes.Written, _changes.Removed, _self);
        // Only a change of the object moves the time of the entry; to share a value that is there already does not.
        var isChange = _live is null || !JsonNode.DeepEquals(FieldManagement.Bare(_live), _merged);
        if (isChange)
            _managers.Set(_self with { Time = now });
        _managers.Write(_merged);
        return _merged;
    }

    /// <summary>Without what this manager said before, says no longer, and nobody else owns.</summary>
    private JsonObject Pruned(JsonObject all, ManagerEntry? earlier, SchemaNode schema)
    {
        if (earlier is null || earlier.Fields.IsEmpty)
            return all;
        var last = earlier.Fields.WithNamedFields(schema);
        var pruned = TypedTree.Remove(all, last, schema) as JsonObject ?? [];
        var owned = _managers.Everything.WithNamedFields(schema);
        var present = TypedTree.Fields(all, schema).WithNamedFields(schema);
        var kept = TypedTree.Fields(pruned, schema).WithNamedFields(schema);
        pruned = TypedTree.Remove(all, present.Difference(kept.Union(owned)), schema) as JsonObject ?? [];
        kept = TypedTree.Fields(pruned, schema).WithNamedFields(schema);
        return TypedTree.Remove(all, present.Difference(kept).Intersection(last), schema) as JsonObject ?? [];
    }
}
