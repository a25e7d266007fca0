using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.ApiServer.Access;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Replies;
using Canary.ApiServer.Storage;

namespace Canary.ApiServer.Writing;

/// <summary>Answers questions about who may do what and who somebody is.</summary>
internal sealed class ReviewAnswers(RoleAuthorizer authorizer, TokenBook tokens, TimeProvider clock)
{
    private const string Audience = "https://kubernetes.default.svc";

    public Reply Answer(ReceivedRequest request, RequestTarget.Resource path, ServedResource resource)
    {
        var body = BodyReader.Parse(request, resource.Kind, request.BodyType == "application/yaml").Root as JsonObject ?? [];
        var spec = body.Child("spec") ?? [];
        var status = resource.Kind switch
        {
            "SelfSubjectReview" => new JsonObject { ["userInfo"] = request.User.ToJson() },
            "TokenReview" => OfToken(spec),
            "SelfSubjectAccessReview" => OfAccess(spec, request.User, path.Namespace),
            "SelfSubjectRulesReview" => OfRules(request.User),
            _ => OfAccess(spec, Named(spec), path.Namespace),
        };
        var isSelf = resource.Kind == "SelfSubjectReview";
        var answer = new JsonObject
        {
            ["kind"] = resource.Kind,
            ["apiVersion"] = resource.ApiVersion,
            ["metadata"] = new JsonObject { ["creationTimestamp"] = isSelf ? clock.GetUtcNow().ToTimestamp() : null },
        };
        if (!isSelf)
            answer["spec"] = resource.Kind == "SelfSubjectRulesReview" ? new JsonObject() : spec.DeepClone();
        answer["status"] = status;
        return new Reply.Document(201, answer);
    }

    /// <summary>Issues a token for a service account.</summary>
    public Reply Request(ReceivedRequest request, RequestTarget.Resource path, StoredObject account)
    {
        var body = BodyReader.Parse(request, "TokenRequest", request.BodyType == "application/yaml").Root as JsonObject ?? [];
        var spec = body.Child("spec") ?? [];
        var seconds = spec.Whole("expirationSeconds") ?? 3600;
        var (token, expires) = tokens.Issue(path.Namespace, path.Name, account.Json.Uid(), TimeSpan.FromSeconds(seconds));
        return new Reply.Document(201, new JsonObject
        {
            ["kind"] = "TokenRequest",
            ["apiVersion"] = "authentication.k8s.io/v1",
            ["metadata"] = new JsonObject
            {
                ["name"] = path.Name,
                ["namespace"] = path.Namespace,
                ["creationTimestamp"] = clock.GetUtcNow()
                .ToTimestamp()
            },
            ["spec"] = new JsonObject
            {
                ["audiences"] = spec["audiences"]?.DeepClone() ?? new JsonArray(Audience),
                ["expirationSeconds"] = seconds,
                ["boundObjectRef"] = null,
            },
            ["status"] = new JsonObject { ["token"] = token, ["expirationTimestamp"] = expires.ToTimestamp() },
        });
    }

    private JsonObject OfToken(JsonObject spec)
    {
        if (spec.Text("token") is not { Length: > 0 } token)
            throw ApiRefusal.BadRequest("token is required for TokenReview in authentication");
        return tokens.Find(token) is { } user
            ? new JsonObject { ["authenticated"] = true, ["user"] = user.ToJson(), ["audiences"] = new JsonArray(Audience) }
            : new JsonObject { ["user"] = new JsonObject(), ["error"] = "invalid bearer token" };
    }

    private JsonObject OfAccess(JsonObject spec, AuthenticatedUser user, string ns)
    {
        var attributes = spec.Child("resourceAttributes");
        if (attributes is null == (spec.Child("nonResourceAttributes") is null))
        {
            throw ApiRefusal.Invalid("authorization.k8s.io", "", "", [FieldCause.Invalid(
                "spec.resourceAttributes", "\"null\"", "exactly one of nonResourceAttributes or resourceAttributes must be specified")]);
        }

        if (ns.Length > 0 && attributes?.Text("namespace") is var asked && asked != ns)
        {
            throw ApiRefusal.Invalid("authorization.k8s.io", "", "", [FieldCause.Invalid(
                "spec.resourceAttributes.namespace", FieldCause.Quoted(asked ?? ""), "must match metadata.namespace")]);
        }

        var why = authorizer.Allows(user, AccessQuestion.OfReview(spec));
        var status = new JsonObject { ["allowed"] = why is not null };
        if (!string.IsNullOrEmpty(why))
            status["reason"] = why;
        return status;
    }

    private static JsonObject OfRules(AuthenticatedUser user)
    {
        var resources = new List<JsonNode?>();
        var paths = new List<JsonNode?>();
        if (user.IsMaster)
        {
            resources.Add(
                new JsonObject { ["verbs"] = new JsonArray("*"), ["apiGroups"] = new JsonArray("*"), ["resources"] = new JsonArray("*") });
            paths.Add(new JsonObject { ["verbs"] = new JsonArray("*"), ["nonResourceURLs"] = new JsonArray("*") });
        }

        resources.Add(Creating("authorization.k8s.io", "selfsubjectaccessreviews", "selfsubjectrulesreviews"));
        resources.Add(Creating("authentication.k8s.io", "selfsubjectreviews"));
        paths.Add(new JsonObject
        {
            ["verbs"] = new JsonArray("get"),
            ["nonResourceURLs"] = new JsonArray("/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*",
                "/readyz", "/version", "/version/"),
        });
        paths.Add(new JsonObject
        {
            ["verbs"] = new JsonArray("get"),
            ["nonResourceURLs"] = new JsonArray("/healthz", "/livez", "/readyz", "/version", "/version/")
        });
        return new JsonObject
        {
            ["resourceRules"] = new JsonArray([.. resources]),
            ["nonResourceRules"] = new JsonArray([.. paths]),
            ["incomplete"] = false,
        };
    }

    private static JsonObject Creating(string group, params string[] names) =>
        new() { ["verbs"] = new JsonArray("create"), ["apiGroups"] = new JsonArray(group), ["resources"] = names.ToJsonArray() };

    private static AuthenticatedUser Named(JsonObject spec) =>
        new(spec.Text("user") ?? "", spec.Text("uid") ?? "", [.. spec.Texts("groups")], null);
}
