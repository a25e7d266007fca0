using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Policies;
using Canary.ApiServer.Reading;
using Canary.ApiServer.Replies;
using Canary.ApiServer.Storage;

namespace Canary.ApiServer.Writing;

/// <summary>Carries out POST, PUT, PATCH and DELETE of stored objects.</summary>
internal sealed class ObjectWriter
{
    private readonly StoredObjects _store;
    private readonly PolicyAdmission _policies;
    private readonly ObjectCreation _creation;
    private readonly ObjectUpdate _update;
    private readonly ObjectPatch _patch;
    private readonly ObjectDeletion _deletion;

    public ObjectWriter(StoredObjects store, ResourceCatalogue catalogue, PolicyAdmission policies, TimeProvider clock)
    {
        _store = store;
        _policies = policies;
        var admission = new Admission(catalogue, policies);
        _creation = new ObjectCreation(store, catalogue, admission, clock);
        _update = new ObjectUpdate(store, _creation, admission, clock);
        _patch = new ObjectPatch(store, _creation, _update, clock);
        _deletion = new ObjectDeletion(_creation, _update, clock);
    }

    public ObjectDeletion Deletion => _deletion;

    public Reply Create(ReceivedRequest request, RequestTarget.Resource path, ServedResource resource)
    {
        var target = Target(request, path, resource, "CreateOptions");
        var obj = BodyReader.Read(request, resource, target.Options);
        return new Reply.Item(201, resource, _store.Write(() => _creation.Create(target, obj, isApplied: false)));
    }

    public Reply Replace(ReceivedRequest request, RequestTarget.Resource path, ServedResource resource)
    {
        var target = Target(request, path, resource, "UpdateOptions");
        if (target.Subresource == "scale")
            return Scale(request, target, ReadScale(request));

        var obj = BodyReader.Read(request, resource, target.Options);
        Admission.CheckNames(target, obj, isNameRequired: true);
        return _store.Write<Reply>(() =>
        {
            if (target.Subresource.Length == 0 && resource.Handling.CreatesOnUpdate && !resource.Objects.Objects.ContainsKey(target.Key))
                return new Reply.Item(201, resource, _creation.Create(target, obj, isApplied: true));
            if (obj.Uid() is { Length: > 0 } uid && !resource.Objects.Objects.ContainsKey(target.Key))
                throw ObjectUpdate.UidConflict(target, uid, "");
            return new Reply.Item(200, resource, _update.Update(target, _patch.Find(target), obj, UpdateOrigin.Put));
        });
    }

    public Reply Patch(ReceivedRequest request, RequestTarget.Resource path, ServedResource resource)
    {
        // The type of the body is looked at first: what else is wrong with a patch depends on it.
        PatchBody.CheckType(request, resource);
        var target = Target(request, path, resource, "PatchOptions");
        if (target.Subresource == "scale")
        {
            var body = PatchBody.Read(request, resource);
            return Scale(request, target, scale => body.ApplyTo(scale, resource.Schema));
        }

        if (request.BodyType != WriteRequest.ApplyType)
            return new Reply.Item(200, resource, _patch.Patch(request, target));

        var (obj, isCreated) = _patch.Apply(request, target);
        return new Reply.Item(isCreated ? 201 : 200, resource, obj);
    }

    public Reply Delete(ReceivedRequest request, RequestTarget.Resource path, ServedResource resource)
    {
        var options = DeletionRequest.Parse(request);
        var key = resource.KeyOf(path.Namespace, path.Name);
        var left = _store.Write(() => resource.Objects.Objects.TryGetValue(key, out var stored) ? Delete(request, resource, stored, options)
            : throw resource.NotFound(path.Name));
        return left.Text("kind") == "Status" && left.Text("apiVersion") == "v1" ? new Reply.Document(200, left)
            : new Reply.Item(200, resource, left);
    }

    public Reply DeleteCollection(ReceivedRequest request, RequestTarget.Resource path, ServedResource resource)
    {
        var options = DeletionRequest.Parse(request);
        var selection = Selection.Parse(request, path, resource);
        return _store.Write(() =>
        {
            var chosen = resource.Objects.Objects.Values.Where(selection.Holds).ToList();
            // The answer shows the objects as they were, with the revision of the moment at which the list was made.
            var items = chosen.Select(resource.View).ToList();
            var revision = _store.Revision;
            foreach (var stored in chosen)
                Delete(request, resource, stored, options);
            return new Reply.List(resource, items, ListingReader.Metadata(resource, revision, "", null));
        });
    }

    private JsonObject Delete(ReceivedRequest request, ServedResource resource, StoredObject stored, DeletionRequest options)
    {
        var view = resource.View(stored);
        _policies.Check(new PolicyRequest(request.User, "DELETE", resource, view.Namespace(), view.Name(), "", options.IsDryRun, ""), null,
            view, request.Warnings);
        return _deletion.Delete(resource, stored, options);
    }

    private Reply Scale(ReceivedRequest request, WriteTarget target, Func<JsonObject, JsonObject> change) => _store.Write<Reply>(() =>
    {
        var resource = target.Resource;
        if (!resource.Objects.Objects.TryGetValue(target.Key, out var stored))
            throw ApiRefusal.NotFound(resource.Group, resource.Plural + "/scale", target.Name);

        var old = resource.View(stored);
        var scale = change(ScaleDocument.Build(resource, old));
        var replicas = scale.Child("spec")?.Whole("replicas") ?? 0;
        if (!resource.IsCustom && replicas < 0)
        {
            var cause = FieldCause.Invalid("spec.replicas", $"{replicas}", "must be greater than or equal to 0");
            throw ApiRefusal.Invalid("autoscaling", "Scale", target.Name, [cause]);
        }

        var obj = ScaleDocument.WriteInto(resource, old, scale);
        return new Reply.Document(200, ScaleDocument.Build(resource, _update.Update(target, stored, obj, UpdateOrigin.Patch)));
    });

    private static Func<JsonObject, JsonObject> ReadScale(ReceivedRequest request)
    {
        var body = BodyReader.Parse(request, "Scale", request.BodyType == "application/yaml").Root as JsonObject
            ?? throw ApiRefusal.BadRequest("the object provided is unrecognized (must be of type Scale)");
        return _ => body;
    }

    private static WriteTarget Target(ReceivedRequest request, RequestTarget.Resource path, ServedResource resource, string optionsKind) =>
        new(resource, path.Namespace, path.Name, path.Subresource, WriteRequest.Parse(request, optionsKind), request.Warnings,
            request.User);
}
