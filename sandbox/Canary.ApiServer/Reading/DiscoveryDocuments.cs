using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Reading;

/// <summary>What the server serves, told in the legacy form (a document a group version) and in the aggregated one (all at once).</summary>
internal sealed class DiscoveryDocuments(ResourceCatalogue catalogue)
{
    private static readonly string[] StatusVerbs = ["get", "patch", "update"];

    public static JsonObject CoreVersions(string serverAddress) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = serverAddress }),
    };

    public JsonObject GroupList() => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. catalogue.Groups.Select(g => (JsonNode)GroupEntry(g, []))]),
    };

    public JsonObject Group(string group) => GroupEntry(group, new JsonObject { ["kind"] = "APIGroup", ["apiVersion"] = "v1" });

    public JsonObject Resources(string group, string version)
    {
        var list = new JsonObject { ["kind"] = "APIResourceList" };
        if (group.Length > 0)
            list["apiVersion"] = "v1";
        list["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}";
        list["resources"] = new JsonArray([.. Served(group, version).SelectMany(Entries)]);
        return list;
    }

    public JsonObject Aggregated(bool isCore, string formVersion)
    {
        IEnumerable<string> groups = isCore ? [""] : catalogue.Groups;
        return new JsonObject
        {
            ["kind"] = "APIGroupDiscoveryList",
            ["apiVersion"] = "apidiscovery.k8s.io/" + formVersion,
            ["metadata"] = new JsonObject(),
            ["items"] = new JsonArray([.. groups.Select(AggregatedGroup)]),
        };
    }

    private JsonNode AggregatedGroup(string group)
    {
        var metadata = new JsonObject { ["creationTimestamp"] = null };
        if (group.Length > 0)
            metadata.Insert(0, "name", group);
        return new JsonObject
        {
            ["metadata"] = metadata,
            ["versions"] = new JsonArray([.. catalogue.Versions(group).Select(version => (JsonNode)new JsonObject
            {
                ["version"] = version,
                ["resources"] = new JsonArray([.. Served(group, version).Select(AggregatedResource)]),
                ["freshness"] = "Current",
            })]),
        };
    }

    private static JsonNode AggregatedResource(ServedResource resource)
    {
        var entry = new JsonObject
        {
            ["resource"] = resource.Plural,
            ["responseKind"] = ResponseKind(resource),
            ["scope"] = resource.IsNamespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = resource.Names.Singular,
            ["verbs"] = resource.Verbs.ToJsonArray(),
        };
        AddNames(entry, resource);
        var subresources = new List<JsonNode?>();
        if (resource.Plural == "serviceaccounts" && resource.Group.Length == 0)
        {
            var kind = new JsonObject { ["group"] = "authentication.k8s.io", ["version"] = "v1", ["kind"] = "TokenRequest" };
            subresources.Add(new JsonObject { ["subresource"] = "token", ["responseKind"] = kind, ["verbs"] = new JsonArray("create") });
        }

        if (resource.HasStatus)
            subresources.Add(new JsonObject
            {
                ["subresource"] = "status",
                ["responseKind"] = ResponseKind(resource),
                ["verbs"] = StatusVerbs.ToJsonArray()
            });
        if (resource.Scale is not null)
        {
            var scale = new JsonObject { ["group"] = "autoscaling", ["version"] = "v1", ["kind"] = "Scale" };
            subresources.Add(new JsonObject { ["subresource"] = "scale", ["responseKind"] = scale, ["verbs"] = StatusVerbs.ToJsonArray() });
        }

        if (subresources.Count > 0)
            entry["subresources"] = new JsonArray([.. resource.IsCustom ? subresources
                : [.. subresources.OrderBy(s => (s as JsonObject)?.Text("subresource"), StringComparer.Ordinal)]]);
        return entry;
    }

    // Built-in kinds leave group and version to the place where they stand.
    private static JsonObject ResponseKind(ServedResource resource) => new()
    {
        ["group"] = resource.IsCustom ? resource.Group : "",
        ["version"] = resource.IsCustom ? resource.Version : "",
        ["kind"] = resource.Kind,
    };

    private JsonObject GroupEntry(string group, JsonObject entry)
    {
        var versions = catalogue.Versions(group).Select(v => new JsonObject { ["groupVersion"] = $"{group}/{v}", ["version"] = v })
            .ToList();
        entry["name"] = group;
        entry["versions"] = new JsonArray([.. versions]);
        entry["preferredVersion"] = versions[0].DeepClone();
        return entry;
    }

    private static IEnumerable<JsonNode?> Entries(ServedResource resource)
    {
        var entry = Entry(resource.Plural, resource.Names.Singular, resource);
        entry["kind"] = resource.Kind;
        entry["verbs"] = resource.Verbs.ToJsonArray();
        AddNames(entry, resource);
        if (!resource.Handling.IsReview)
            entry["storageVersionHash"] = StorageHash(resource);
        yield return entry;

        if (resource.Scale is not null && !resource.IsCustom)
            yield return ScaleEntry(resource);
        if (resource.Plural == "serviceaccounts" && resource.Group.Length == 0)
        {
            var token = Entry("serviceaccounts/token", "", resource);
            token["group"] = "authentication.k8s.io";
            token["version"] = "v1";
            token["kind"] = "TokenRequest";
            token["verbs"] = new JsonArray("create");
            yield return token;
        }

        if (resource.HasStatus)
        {
            var status = Entry(resource.Plural + "/status", "", resource);
            status["kind"] = resource.Kind;
            status["verbs"] = StatusVerbs.ToJsonArray();
            yield return status;
        }

        if (resource.Scale is not null && resource.IsCustom)
            yield return ScaleEntry(resource);
    }

    private static JsonObject ScaleEntry(ServedResource resource)
    {
        var scale = Entry(resource.Plural + "/scale", "", resource);
        scale["group"] = "autoscaling";
        scale["version"] = "v1";
        scale["kind"] = "Scale";
        scale["verbs"] = StatusVerbs.ToJsonArray();
        return scale;
    }

    private static JsonObject Entry(string name, string singular, ServedResource resource) =>
        new() { ["name"] = name, ["singularName"] = singular, ["namespaced"] = resource.IsNamespaced };

    private static void AddNames(JsonObject entry, ServedResource resource)
    {
        if (resource.Names.ShortNames.Count > 0)
            entry["shortNames"] = resource.Names.ShortNames.ToJsonArray();
        if (resource.Names.Categories.Count > 0)
            entry["categories"] = resource.Names.Categories.ToJsonArray();
    }

    // The first eight bytes of a SHA-256 of group, version and kind in which the object is kept, as the real server makes it.
    private static string StorageHash(ServedResource resource)
    {
        var kept = (resource.Group, resource.Kind) switch
        {
            ("events.k8s.io", _) => "/v1",
            (_, "CustomResourceDefinition") => $"{resource.Group}/v1beta1",
            _ => $"{resource.Group}/{resource.Version}",
        };
        return Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"{kept}/{resource.Kind}"))[..8]);
    }

    private IEnumerable<ServedResource> Served(string group, string version) =>
        catalogue.Served.Where(r => r.Group == group && r.Version == version).OrderBy(r => r.Plural, StringComparer.Ordinal);
}
