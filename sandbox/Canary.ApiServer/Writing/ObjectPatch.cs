using System;
using System.Text;
using System.Text.Json.Nodes;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Storage;

namespace Canary.ApiServer.Writing;

/// <summary>Carries out PATCH: patches of a document, and server-side apply.</summary>
internal sealed class ObjectPatch(StoredObjects store, ObjectCreation creation, ObjectUpdate update, TimeProvider clock)
{
    public JsonObject Patch(ReceivedRequest request, WriteTarget target)
    {
        var patch = PatchBody.Read(request, target.Resource);
        return store.Write(() =>
        {
            var stored = Find(target);
            var result = patch.ApplyTo(target.Resource.View(stored).Copy(), target.Resource.Schema);
            Decode(request, target, result);
            return update.Update(target, stored, result, UpdateOrigin.Patch);
        });
    }

    /// <returns>The object, and whether it is a new one.</returns>
    public (JsonObject Object, bool IsCreated) Apply(ReceivedRequest request, WriteTarget target)
    {
        var resource = target.Resource;
        var applied = ReadApplied(request, target);
        return store.Write(() =>
        {
            var isThere = resource.Objects.Objects.TryGetValue(target.Key, out var stored);
            if (!isThere && target.Subresource.Length > 0)
                throw target.Missing;
            if (!isThere && applied.Uid() is { Length: > 0 } uid)
            {
                throw ApiRefusal.Conflict(
                    resource.Group,
                    resource.Plural,
                    target.Name,
                    $"uid mismatch: the provided object specified uid {uid}, and no existing object was found");
            }

            var live = isThere ? resource.View(stored!) : null;
            var merged = FieldOwnership.Apply(target, live, applied, clock.GetUtcNow());
            BodyReader.Complete(resource, merged, isTyped: true);
            if (isThere)
            {
                merged.Metadata()["resourceVersion"] = applied.ResourceVersion() is { Length: > 0 } asked ? asked
                    : stored!.Json.ResourceVersion();
                return (update.Update(target, stored!, merged, UpdateOrigin.Apply), false);
            }

            merged.Metadata().Remove("resourceVersion");
            return (creation.Create(target, merged, isApplied: true), true);
        });
    }

    public StoredObject Find(WriteTarget target)
    {
        if (!target.Resource.Objects.Objects.TryGetValue(target.Key, out var stored)
            || (target.Subresource == "status" && !target.Resource.HasStatus))
            throw target.Missing;
        return stored;
    }

    private static void Decode(ReceivedRequest request, WriteTarget target, JsonObject result)
    {
        var resource = target.Resource;
        if (resource.IsCustom && result.Text("kind") is { } kind && kind != resource.Kind)
            throw BodyReader.WrongKind(resource, kind, target.Name);
        if (resource.IsCustom && result.Text("apiVersion") is { } apiVersion && apiVersion != resource.ApiVersion)
        {
            BodyReader.JudgeForeign(request, resource, target.Options, result);
            var cause = FieldCause.Invalid("apiVersion", FieldCause.Quoted(apiVersion), "must be " + resource.ApiVersion);
            throw resource.Invalid(target.Name, [cause]);
        }

        if (resource.Schema.DecodingError(result) is { } problem)
            throw PatchBody.Undecodable(result, problem);

        var unknown = resource.Schema.UnknownFields(result);
        BodyReader.Judge(request, target.Options, unknown, [], told => PatchBody.Undecodable(result, "strict decoding error: " + told));
        BodyReader.Complete(resource, result, isTyped: true);
    }

    private static JsonObject ReadApplied(ReceivedRequest request, WriteTarget target)
    {
        var resource = target.Resource;
        PatchBody.CheckType(request, resource);
        if (YamlAnswer.Parse(Encoding.UTF8.GetString(request.Body)).Root is not JsonObject applied)
            throw ApiRefusal.BadRequest("error decoding YAML: the applied configuration is not an object");

        var apiVersion = applied.Text("apiVersion") ?? "";
        var kind = applied.Text("kind") ?? "";
        if (apiVersion != resource.ApiVersion || kind != resource.Kind)
            throw ApiRefusal.BadRequest($"invalid object type: {(apiVersion.Contains('/') ? apiVersion : "/" + apiVersion)}, Kind={kind}");
        if (applied.Child("metadata")?["managedFields"] is JsonArray { Count: > 0 })
            throw ApiRefusal.BadRequest("metadata.managedFields must be nil");

        Admission.CheckNames(target, applied, isNameRequired: false);
        return applied;
    }
}
