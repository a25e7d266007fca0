using System;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Storage;

namespace Canary.ApiServer.Writing;

/// <summary>Brings a new object into the store. Called inside the gate of the store.</summary>
internal sealed class ObjectCreation(StoredObjects store, ResourceCatalogue catalogue, Admission admission, TimeProvider clock)
{
    private const string SuffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";

    private static readonly string[] SystemMembers =
        ["uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"];

    /// <param name="target">Where to.</param>
    /// <param name="obj">The object, pruned and defaulted; changed in place.</param>
    /// <param name="isApplied">It comes from server-side apply and has its managed fields already.</param>
    public JsonObject Create(WriteTarget target, JsonObject obj, bool isApplied)
    {
        var resource = target.Resource;
        if (resource.IsEnding)
        {
            throw new ApiRefusal(
                405,
                "MethodNotAllowed",
                "create not allowed while custom resource definition is terminating",
                ApiRefusal.Details("", resource.Group, resource.Plural));
        }

        Admission.CheckNames(target, obj, isNameRequired: false);
        if (!isApplied && obj.ResourceVersion() is { Length: > 0 } and not "0")
            throw ApiRefusal.Internal("resourceVersion should not be set on objects to be created");

        Stamp(target, obj);
        admission.CheckNamespace(target, obj.Name());
        resource.Handling.PrepareCreate(obj, target.Options.IsDryRun);
        SetStatus(resource, obj);
        if (!isApplied)
            FieldOwnership.RecordUpdate(target, null, obj, clock.GetUtcNow());
        admission.Validate(target, obj, null);
        admission.CheckQuota(target, obj);

        var key = resource.KeyOf(target.Namespace, obj.Name());
        if (resource.Objects.Objects.TryGetValue(key, out var existing))
            throw ApiRefusal.AlreadyExists(resource.Group, resource.Plural, obj.Name(), existing.Json.IsTerminating());
        if (target.Options.IsDryRun)
            return obj;

        var stored = Store(resource, key, obj);
        resource.Handling.Stored(stored.Json);
        return resource.View(stored);
    }

    /// <summary>Keeps the object in the form of its collection.</summary>
    public StoredObject Store(ServedResource resource, string key, JsonObject obj)
    {
        if (resource.Form is null)
            return store.Put(resource.Objects, key, obj, resource);

        resource.ToStored(obj);
        var keeper = catalogue.ForCollection(resource.Objects.Id)!;
        keeper.Schema.Default(obj);
        return store.Put(resource.Objects, key, obj, keeper);
    }

    private void Stamp(WriteTarget target, JsonObject obj)
    {
        var metadata = obj.Metadata();
        foreach (var member in SystemMembers)
            metadata.Remove(member);
        if (obj.Name().Length == 0 && target.Name.Length > 0)
            metadata["name"] = target.Name;
        if (obj.Name().Length == 0 && metadata.Text("generateName") is { Length: > 0 } prefix)
            metadata["name"] = FreeName(target, prefix);
        if (target.Resource.IsNamespaced)
            metadata["namespace"] = target.Namespace;
        else
            metadata.Remove("namespace");
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = clock.GetUtcNow().ToTimestamp();
        if (target.Resource.Handling.HasGeneration)
            metadata["generation"] = 1;
        if (metadata["managedFields"] is JsonArray { Count: 0 })
            metadata.Remove("managedFields");
    }

    private static string FreeName(WriteTarget target, string prefix)
    {
        // The name as a whole fits into a label.
        const int LongestPrefix = 58;
        if (prefix.Length > LongestPrefix)
            prefix = prefix[..LongestPrefix];
        string name;
        do
            name = prefix + RandomNumberGenerator.GetString(SuffixAlphabet, 5);
        while (target.Resource.Objects.Objects.ContainsKey(target.Resource.KeyOf(target.Namespace, name)));
        return name;
    }

    private static void SetStatus(ServedResource resource, JsonObject obj)
    {
        if (!resource.HasStatus)
            return;

        if (resource.Handling.InitialStatus(obj) is { } status)
            obj["status"] = status;
        else
            obj.Remove("status");
    }
}
