using System;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Http;
using Canary.ApiServer.Kinds;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Storage;

namespace Canary.ApiServer.Writing;

/// <summary>
/// Replaces an object by a changed one, whatever made the change. Called inside the gate of the store.
/// What a client may not change is put back, what it changed without saying so is refused, and a write that changes nothing is none.
/// </summary>
internal sealed class ObjectUpdate(StoredObjects store, ObjectCreation creation, Admission admission, TimeProvider clock)
{
    /// <param name="target">What is written.</param>
    /// <param name="stored">The object as it is.</param>
    /// <param name="obj">The object as it shall be, in the served version; changed in place.</param>
    /// <param name="origin">Where the change comes from: some checks differ.</param>
    public JsonObject Update(WriteTarget target, StoredObject stored, JsonObject obj, UpdateOrigin origin)
    {
        var resource = target.Resource;
        var old = resource.View(stored);
        Admission.CheckNames(target, obj, isNameRequired: origin == UpdateOrigin.Put);
        if (origin == UpdateOrigin.Put && obj.Uid() is { Length: > 0 } uid && uid != old.Uid())
            throw UidConflict(target, uid, old.Uid());
        CheckVersion(target, obj, stored);

        obj = Isolate(target, obj, old);
        CarryOver(target, obj, old);
        if (origin != UpdateOrigin.Controller && target.Subresource.Length == 0)
            resource.Handling.PrepareUpdate(obj, old);
        if (target.Subresource != "status")
            Count(resource, obj, old);
        if (origin != UpdateOrigin.Apply)
            FieldOwnership.RecordUpdate(target, old, obj, clock.GetUtcNow());
        admission.Validate(target, obj, old);

        if (IsSame(obj, old))
            return old;
        if (obj.IsTerminating() && obj.Finalizers().Count == 0 && IsFinal(resource, obj))
        {
            Clean(obj);
            if (!target.Options.IsDryRun)
                Remove(resource, stored);
            return obj;
        }

        Clean(obj);
        if (target.Options.IsDryRun)
            return obj;

        var written = creation.Store(resource, stored.Key, obj);
        resource.Handling.Stored(written.Json);
        return resource.View(written);
    }

    public void Remove(ServedResource resource, StoredObject stored)
    {
        store.Remove(resource.Objects, stored.Key);
        resource.Handling.Removed(stored.Json);
    }

    /// <summary>The object that was to be replaced is another one, or is gone (then <paramref name="found"/> is empty).</summary>
    public static ApiRefusal UidConflict(WriteTarget target, string asked, string found)
    {
        var resource = target.Resource;
        var key = $"/registry/{(resource.Group.Length > 0 ? resource.Group + "/" : "")}{resource.Plural}/{target.Key}";
        return ApiRefusal.Conflict(
            resource.Group,
            resource.Plural,
            target.Name,
            $"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, "
            + $"AdditionalErrorMsg: Precondition failed: UID in precondition: {asked}, UID in object meta: {found}");
    }

    private static void CheckVersion(WriteTarget target, JsonObject obj, StoredObject stored)
    {
        var text = obj.ResourceVersion();
        if (!ulong.TryParse(text.Length == 0 ? "0" : text, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            throw ApiRefusal.Internal($"strconv.ParseUint: parsing \"{text}\": invalid syntax");

        var resource = target.Resource;
        if (version == 0 && !resource.Handling.AllowsUnconditionalUpdate && target.Subresource != "scale")
        {
            var cause = FieldCause.Invalid("metadata.resourceVersion", "0x0", "must be specified for an update");
            throw ApiRefusal.Invalid(resource.Group, resource.Plural, target.Name, [cause]);
        }

        if (version != 0 && version != (ulong)stored.Revision)
            throw ApiRefusal.Modified(resource.Group, resource.Plural, target.Name);
    }

    /// <summary>Keeps of a write what its subresource may change: status on /status, everything else elsewhere.</summary>
    private static JsonObject Isolate(WriteTarget target, JsonObject obj, JsonObject old)
    {
        var resource = target.Resource;
        if (target.Subresource.Length == 0)
        {
            if (resource.HasStatus)
                obj.TakeFrom(old, "status");
            return obj;
        }

        if (target.Subresource is not "status")
            return obj;

        var result = old.Copy();
        result.TakeFrom(obj, "status");
        if (resource.Handling.KeepsMetadataOnStatus)
        {
            result.TakeFrom(obj, "metadata");
            if (resource.Kind == "Deployment")
                result.Metadata().TakeFrom(old.Child("metadata"), "labels");
        }
        else
        {
            result.Metadata().TakeFrom(obj.Child("metadata"), "managedFields");
        }

        return result;
    }

    private static void CarryOver(WriteTarget target, JsonObject obj, JsonObject old)
    {
        var metadata = obj.Metadata();
        var before = old.Child("metadata");
        foreach (var member in new[] { "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation",
            "resourceVersion" })
            metadata.TakeFrom(before, member);
        metadata.Remove("selfLink");
        metadata["name"] = target.Name;
        if (target.Resource.IsNamespaced)
            metadata["namespace"] = target.Namespace;
        if (obj.Uid().Length == 0)
            metadata["uid"] = old.Uid();
    }

    private static void Count(ServedResource resource, JsonObject obj, JsonObject old)
    {
        if (!resource.Handling.HasGeneration)
            return;

        var isCounted = obj.Select(m => m.Key).Union(old.Select(m => m.Key))
            .Where(k => k != "metadata" && !(k == "status" && resource.HasStatus))
            .Any(k => !JsonNode.DeepEquals(obj[k], old[k]));
        if (!isCounted && resource.Handling.CountsAnnotations)
            isCounted = !JsonNode.DeepEquals(obj.Child("metadata")?["annotations"], old.Child("metadata")?["annotations"]);
        if (isCounted)
            obj.Metadata()["generation"] = old.Generation() + 1;
    }

    // Empty lists and maps in metadata are left out of what is kept, as Go's omitempty does.
    private static void Clean(JsonObject obj)
    {
        var metadata = obj.Metadata();
        foreach (var member in new[] { "finalizers", "labels", "annotations", "ownerReferences", "managedFields" })
        {
            if (metadata[member] is JsonArray { Count: 0 } or JsonObject { Count: 0 } || metadata.ContainsKey(member)
                && metadata[member] is null)
                metadata.Remove(member);
        }
    }

    private static bool IsFinal(ServedResource resource, JsonObject obj) =>
        resource.Handling is not NamespaceHandling || !(obj.Child("spec")?.Texts("finalizers").Any() ?? false);

    private static bool IsSame(JsonObject obj, JsonObject old)
    {
        var left = Comparable(obj);
        var right = Comparable(old);
        return JsonNode.DeepEquals(left, right);
    }

    // The time of an entry of managedFields moves only when something else does.
    private static JsonObject Comparable(JsonObject obj)
    {
        var copy = obj.Copy();
        Clean(copy);
        foreach (var entry in copy.Metadata().Children("managedFields"))
            entry.Remove("time");
        return copy;
    }
}
