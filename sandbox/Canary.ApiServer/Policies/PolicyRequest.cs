using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Policies;

/// <summary>A write as policies see it.</summary>
/// <param name="User">Who sends it.</param>
/// <param name="Operation">CREATE, UPDATE or DELETE.</param>
/// <param name="Resource">What is written.</param>
/// <param name="Namespace">Empty for an object without one.</param>
/// <param name="Name">Empty where the server will choose one.</param>
/// <param name="Subresource">Empty for the object itself.</param>
internal sealed record PolicyRequest(AuthenticatedUser User, string Operation, ServedResource Resource, string Namespace, string Name,
    string Subresource, bool IsDryRun, string FieldManager)
{
    /// <summary>As the members of an AdmissionRequest; an empty one is left out.</summary>
    public JsonObject ToJson()
    {
        var request = new JsonObject
        {
            ["kind"] = Named("kind", Resource.Kind),
            ["resource"] = Named("resource", Resource.Plural),
            ["requestKind"] = Named("kind", Resource.Kind),
            ["requestResource"] = Named("resource", Resource.Plural),
            ["operation"] = Operation,
            ["userInfo"] = User.ToJson(),
            ["dryRun"] = IsDryRun,
            ["options"] = Options(),
        };
        foreach (var (name, value) in ((string, string)[])[("subResource", Subresource), ("requestSubResource", Subresource),
            ("name", Name), ("namespace", Namespace)])
            if (value.Length > 0)
                request[name] = value;
        return request;
    }

    private JsonObject Options()
    {
        var options = new JsonObject
        {
            ["kind"] = Operation switch { "CREATE" => "CreateOptions", "DELETE" => "DeleteOptions", _ => "UpdateOptions" },
            ["apiVersion"] = "meta.k8s.io/v1",
        };
        if (FieldManager.Length > 0 && Operation != "DELETE")
            options["fieldManager"] = FieldManager;
        if (IsDryRun)
            options["dryRun"] = new JsonArray("All");
        return options;
    }

    private JsonObject Named(string last, string name) =>
        new() { ["group"] = Resource.Group, ["version"] = Resource.Version, [last] = name };

    /// <summary>Whether one of the rules names the resource, the operation and the object.</summary>
    public bool IsNamedBy(JsonObject match, string rules) =>
        match.Children(rules).Any(rule => IsNamedBy(rule, match.Text("matchPolicy") != "Exact"));

    private bool IsNamedBy(JsonObject rule, bool isEquivalent)
    {
        var versions = isEquivalent && Resource.Versions.Count > 0 ? Resource.Versions : [Resource.Version];
        return Has(rule, "operations", Operation) && Has(rule, "apiGroups", Resource.Group)
            && versions.Any(version => Has(rule, "apiVersions", version))
            && rule.Texts("resources").Any(IsResource) && IsInScope(rule.Text("scope") ?? "*")
            && (!rule.Texts("resourceNames").Any() || rule.Texts("resourceNames").Contains(Name));
    }

    private static bool Has(JsonObject rule, string member, string value) => rule.Texts(member).Any(one => one == "*" || one == value);

    private bool IsResource(string resource)
    {
        var parts = resource.Split('/', 2);
        return (parts[0] == "*" || parts[0] == Resource.Plural)
            && (parts.Length == 1 ? Subresource.Length == 0 : parts[1] == "*" || parts[1] == Subresource);
    }

    private bool IsInScope(string scope) => scope == "*" || (scope == "Namespaced") == Resource.IsNamespaced;
}
