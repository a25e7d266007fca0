using System;
using System.Linq;
using Microsoft.AspNetCore.Http;

namespace Canary.EndToEnd.Tests.Running;

/// <summary>What a request to an API server needs a right for, as its authorizer sees it.</summary>
/// <param name="Resource">With its subresource: <c>rollouts/status</c>.</param>
/// <param name="Namespace">Empty for cluster-scoped objects, and for all namespaces.</param>
/// <param name="Name">Empty for a list, a watch and a creation.</param>
internal sealed record RequestedAccess(string Verb, string Group, string Resource, string Namespace, string Name)
{
    /// <summary>Verb, group and resource: what rules are written of.</summary>
    public (string Verb, string Group, string Resource) Kind => (Verb, Group, Resource);

    /// <summary>Null where it is about no resource, such as discovery, which every authenticated user may ask.</summary>
    public static RequestedAccess? Read(HttpRequest request)
    {
        var parts = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var rest = parts switch
        {
            ["api", _, ..] => parts[2..],
            ["apis", _, _, ..] => parts[3..],
            _ => [],
        };
        if (rest.Length == 0) return null;
        var isNamespaced = rest is ["namespaces", _, _, ..];
        var (ns, path) = isNamespaced ? (rest[1], rest[2..]) : ("", rest);
        var name = path.ElementAtOrDefault(1) ?? "";
        var verb = request.Method switch
        {
            "GET" or "HEAD" => name.Length > 0 ? "get" : request.Query["watch"] == "true" ? "watch" : "list",
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => name.Length > 0 ? "delete" : "deletecollection",
            var other => other,
        };
        return new RequestedAccess(verb, parts[0] == "api" ? "" : parts[1], path.Length > 2 ? $"{path[0]}/{path[2]}" : path[0], ns, name);
    }

    public override string ToString() =>
        $"{Verb} {Resource}{(Group.Length > 0 ? "." + Group : "")}"
            + $"{(Name.Length > 0 ? $" {Namespace}/{Name}" : Namespace.Length > 0 ? $" in {Namespace}" : "")}";
}
