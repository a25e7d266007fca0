using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Documents;
using Canary.ApiServer.Http;
using Canary.ApiServer.Kinds;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Policies;
using Canary.ApiServer.Reading;

namespace Canary.ApiServer.Writing;

/// <summary>Decides whether an object may be written as it is.</summary>
internal sealed class Admission(ResourceCatalogue catalogue, PolicyAdmission policies)
{
    private readonly QuotaAdmission _quotas = new(catalogue);
    private ServedResource? _namespaces;

    private ServedResource Namespaces => _namespaces ??= catalogue.Find("", "v1", "namespaces")!;

    /// <summary>Nothing new comes into a namespace that is not there or is on its way out.</summary>
    public void CheckNamespace(WriteTarget target, string name)
    {
        if (!target.Resource.IsNamespaced)
            return;
        if (!Namespaces.Objects.Objects.TryGetValue(target.Namespace, out var found))
            throw ApiRefusal.NotFound("", "namespaces", target.Namespace);
        if (!found.Json.IsTerminating())
            return;

        var cause = new JsonObject
        {
            ["reason"] = "NamespaceTerminating",
            ["message"] = $"namespace {target.Namespace} is being terminated",
            ["field"] = "metadata.namespace",
        };
        throw ApiRefusal.Forbidden(
            target.Resource.Group,
            target.Resource.Plural,
            name,
            $"unable to create new content in namespace {target.Namespace} because it is being terminated",
            new JsonArray(cause));
    }

    /// <summary>The object says the same as the path about what it is called.</summary>
    public static void CheckNames(WriteTarget target, JsonObject obj, bool isNameRequired)
    {
        var name = obj.Name();
        if (name.Length == 0 && isNameRequired)
            throw ApiRefusal.BadRequest($"the name of the object ({target.Name} based on URL) was undeterminable: name must be provided");
        if (name.Length > 0 && target.Name.Length > 0 && name != target.Name)
            throw ApiRefusal.BadRequest($"the name of the object ({name}) does not match the name on the URL ({target.Name})");
        if (obj.Namespace().Length > 0 && obj.Namespace() != target.Namespace)
            throw ApiRefusal.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
    }

    public void CheckQuota(WriteTarget target, JsonObject obj) => _quotas.Check(target, obj);

    /// <exception cref="ApiRefusal">422 with every cause, or what a policy says.</exception>
    public void Validate(WriteTarget target, JsonObject obj, JsonObject? old)
    {
        var resource = target.Resource;
        var causes = new List<FieldCause>();
        causes.AddRange(resource.Schema.Validate(obj, old, target.SubresourceOrNone)
            .Select(e => new FieldCause(e.Field, e.Reason, e.Message)));
        if (old is not null)
            MetadataChanges.Validate(obj, old, causes);
        if (target.Subresource.Length == 0)
            resource.Handling.Validate(obj, old, causes);
        if (causes.Count > 0)
            throw resource.Invalid(obj.Name(), causes);
        var request = new PolicyRequest(target.User, old is null ? "CREATE"
            : "UPDATE", resource, obj.Namespace(), obj.Name(), target.Subresource, target.Options.IsDryRun, target.Options.FieldManager);
        if (target.Subresource == "scale")
            policies.Check(request, ScaleDocument.Build(resource, obj), old is null ? null
                : ScaleDocument.Build(resource, old), target.Warnings);
        else
            policies.Check(request, obj, old, target.Warnings);
        if (old is null || !obj.Finalizers().SequenceEqual(old.Finalizers()))
            target.Warnings.AddRange(ObjectMetaRules.Warnings(obj));
    }
}
