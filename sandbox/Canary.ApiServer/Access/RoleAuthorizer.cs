using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Storage;

namespace Canary.ApiServer.Access;

/// <summary>Role based access control over the stored roles and bindings, with the few rules that every cluster has.</summary>
internal sealed class RoleAuthorizer(ResourceCatalogue catalogue)
{
    private const string RbacGroup = "rbac.authorization.k8s.io";

    private static readonly string[] PublicPaths =
        ["/healthz", "/healthz/*", "/livez", "/livez/*", "/readyz", "/readyz/*", "/version", "/version/"];
    private static readonly string[] DiscoveryPaths = ["/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*"];

    private readonly ObjectCollection _roles = Collection(catalogue, "roles");
    private readonly ObjectCollection _clusterRoles = Collection(catalogue, "clusterroles");
    private readonly ObjectCollection _roleBindings = Collection(catalogue, "rolebindings");
    private readonly ObjectCollection _clusterRoleBindings = Collection(catalogue, "clusterrolebindings");

    /// <summary>Why it is allowed ("" where nobody needs to be told); null when it is not.</summary>
    public string? Allows(AuthenticatedUser user, AccessQuestion question)
    {
        if (user.IsMaster)
            return "";
        if (question.Path is not null && question.Verb is "get" or "head" && Always(user, question.Path!) is { } always)
            return always;
        if (question is { Verb: "create", Path: null } && user != AuthenticatedUser.Anonymous && IsAboutSelf(question))
            return "";

        var cluster = _clusterRoleBindings.Objects.Values.Select(b => (Binding: b.Json, Home: ""));
        var local = question.Namespace.Length == 0
            ? []
            : _roleBindings.Objects.Values.Where(b => b.Json.Namespace() == question.Namespace)
            .Select(b => (Binding: b.Json, Home: question.Namespace));
        foreach (var (binding, home) in cluster.Concat(local))
        {
            if (Subject(binding, user) is not { } subject || Role(binding, home) is not { } role)
                continue;
            if (role.Children("rules").Any(rule => Covers(rule, question)))
                return Reason(binding, home, subject);
        }

        return null;
    }

    private static string? Always(AuthenticatedUser user, string path)
    {
        if (PublicPaths.Any(p => PathMatches(p, path)))
        {
            return user == AuthenticatedUser.Anonymous || !path.StartsWith("/version", StringComparison.Ordinal)
                ? "RBAC: allowed by ClusterRoleBinding \"system:public-info-viewer\" of ClusterRole \"system:public-info-viewer\" to "
                    + "Group \"system:unauthenticated\""
                : Discovery;
        }

        return user != AuthenticatedUser.Anonymous && DiscoveryPaths.Any(p => PathMatches(p, path)) ? Discovery : null;
    }

    private const string Discovery =
        "RBAC: allowed by ClusterRoleBinding \"system:discovery\" of ClusterRole \"system:discovery\" to Group \"system:authenticated\"";

    private static bool IsAboutSelf(AccessQuestion question) =>
        (question.Group, question.Resource) is ("authorization.k8s.io", "selfsubjectaccessreviews" or "selfsubjectrulesreviews")
        or ("authentication.k8s.io", "selfsubjectreviews");

    private static JsonObject? Subject(JsonObject binding, AuthenticatedUser user) =>
        binding.Children("subjects").FirstOrDefault(s => s.Text("kind") switch
    {
        "User" => s.Text("name") == user.Name,
        "Group" => user.Groups.Contains(s.Text("name") ?? ""),
        "ServiceAccount" => user.Name == $"system:serviceaccount:{s.Text("namespace") ?? binding.Namespace()}:{s.Text("name")}",
        _ => false,
    });

    private JsonObject? Role(JsonObject binding, string home)
    {
        var name = binding.Child("roleRef")?.Text("name") ?? "";
        return binding.Child("roleRef")?.Text("kind") == "Role"
            ? _roles.Objects.GetValueOrDefault($"{home}/{name}")?.Json
            : _clusterRoles.Objects.GetValueOrDefault(name)?.Json;
    }

    private static bool Covers(JsonObject rule, AccessQuestion question)
    {
        if (!Has(rule, "verbs", question.Verb))
            return false;
        if (question.Path is not null)
            return rule.Texts("nonResourceURLs").Any(p => PathMatches(p, question.Path));

        var names = rule.Texts("resourceNames").ToList();
        return Has(rule, "apiGroups", question.Group) && HasResource(rule, question.Resource)
            && (names.Count == 0 || names.Contains(question.Name));
    }

    private static bool Has(JsonObject rule, string member, string value) => rule.Texts(member).Any(v => v == "*" || v == value);

    private static bool HasResource(JsonObject rule, string resource)
    {
        var slash = resource.IndexOf('/');
        return rule.Texts("resources").Any(r => r == "*" || r == resource || (slash > 0 && r == "*" + resource[slash..]));
    }

    private static bool PathMatches(string pattern, string path) =>
        pattern == "*" || pattern == path || (pattern.EndsWith('*') && path.StartsWith(pattern[..^1], StringComparison.Ordinal));

    private static string Reason(JsonObject binding, string home, JsonObject subject)
    {
        var isLocal = home.Length > 0;
        var bound = isLocal ? $"RoleBinding \"{binding.Name()}/{home}\"" : $"ClusterRoleBinding \"{binding.Name()}\"";
        var role = binding.Child("roleRef");
        var who = subject.Text("kind") == "ServiceAccount" ? $"{subject.Text("name")}/{subject.Text("namespace") ?? home}"
            : subject.Text("name");
        return $"RBAC: allowed by {bound} of {role?.Text("kind")} \"{role?.Text("name")}\" to {subject.Text("kind")} \"{who}\"";
    }

    private static ObjectCollection Collection(ResourceCatalogue catalogue, string plural) =>
        catalogue.Find(RbacGroup, "v1", plural)!.Objects;
}
