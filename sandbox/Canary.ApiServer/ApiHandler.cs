using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Access;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Http;
using Canary.ApiServer.Reading;
using Canary.ApiServer.Replies;
using Canary.ApiServer.Storage;
using Canary.ApiServer.Writing;

namespace Canary.ApiServer;

/// <summary>Finds out what a request is for, whether it is allowed, and who answers it.</summary>
internal sealed class ApiHandler(
    StoredObjects store,
    ResourceCatalogue catalogue,
    RoleAuthorizer authorizer,
    ReviewAnswers reviews,
    ObjectWriter writer,
    TimeProvider clock,
    TimeSpan bookmarkInterval)
{
    private readonly ListingReader _lists = new(store, clock);
    private readonly ServerDocuments _documents = new(catalogue);
    private readonly DisruptionBudgets _budgets = new(catalogue);

    public async Task<Reply> HandleAsync(ReceivedRequest request, AnswerForm form, string host, CancellationToken cancel)
    {
        var target = RequestTarget.Parse(request.Path);
        if (target is RequestTarget.Other other)
        {
            var asked = request.Method == "HEAD" ? "get" : request.Method.ToLowerInvariant();
            Authorize(request, AccessQuestion.OfPath(asked, request.Path));
            return _documents.Answer(other, request, form, host);
        }

        return await HandleAsync(request, form, (RequestTarget.Resource)target, cancel);
    }

    private async Task<Reply> HandleAsync(ReceivedRequest request, AnswerForm form, RequestTarget.Resource path, CancellationToken cancel)
    {
        var verb = Verb(request, path);
        Authorize(request, new AccessQuestion(verb, path.Group, path.Full, path.Namespace, path.Name, null));
        var resource = catalogue.Find(path.Group, path.Version, path.Plural);
        var isRead = request.Method is "GET" or "HEAD";
        if (resource is null || !HasScope(resource, path) || (resource.IsCustom && IsOverAll(resource, path) && !isRead))
            return Unknown(path, resource, request);
        if (resource.Handling.IsReview)
            return request.Method == "POST" && path.Name.Length == 0 ? reviews.Answer(request, path, resource)
                : throw ApiRefusal.MethodNotAllowed();
        if (path.Subresource.Length > 0)
            return await SubresourceAsync(request, path, resource, cancel);

        return verb switch
        {
            "get" => await _lists.GetAsync(request, path, resource, cancel),
            "list" => await _lists.ListAsync(request, path, resource, cancel),
            "watch" => Watch(request, form, path, resource),
            "create" when path.Name.Length == 0 && (path.Namespace.Length > 0 || !resource.IsNamespaced) =>
                writer.Create(request, path, resource),
            "update" when path.Name.Length > 0 => writer.Replace(request, path, resource),
            "patch" when path.Name.Length > 0 => writer.Patch(request, path, resource),
            "delete" => writer.Delete(request, path, resource),
            "deletecollection" when resource.Handling.Allows(verb) && (path.Namespace.Length > 0 || !resource.IsNamespaced) =>
                writer.DeleteCollection(request, path, resource),
            _ => throw ApiRefusal.MethodNotAllowed(),
        };
    }

    private async Task<Reply> SubresourceAsync(ReceivedRequest request, RequestTarget.Resource path, ServedResource resource,
        CancellationToken cancel)
    {
        var isToken = path is { Subresource: "token", Plural: "serviceaccounts", Group: "" };
        if (isToken && request.Method == "POST")
        {
            var isThere = resource.Objects.Objects.TryGetValue(resource.KeyOf(path.Namespace, path.Name), out var account);
            return isThere ? reviews.Request(request, path, account!) : throw resource.NotFound(path.Name);
        }

        if (path is { Subresource: "binding", Plural: "pods", Group: "" } && request.Method == "POST")
            return PodBinding.Create(request, path, resource, writer);
        if (path is { Subresource: "eviction", Plural: "pods", Group: "" } && request.Method == "POST")
            return PodEviction.Create(request, path, resource, writer, _budgets);

        var isServed = path.Subresource == "status" || (path.Subresource == "scale" && resource.Scale is not null)
            || path is { Subresource: "finalize", Plural: "namespaces", Group: "" };
        if (!isServed)
            throw ApiRefusal.PathNotFound();
        if (path.Subresource == "status" && !resource.HasStatus)
            throw resource.IsCustom ? resource.NotFound(path.Name) : ApiRefusal.PathNotFound();

        return request.Method switch
        {
            "GET" or "HEAD" => await _lists.GetAsync(request, path, resource, cancel),
            "PUT" => writer.Replace(request, path, resource),
            "PATCH" => writer.Patch(request, path, resource),
            _ => throw NotSupported(request, path, resource),
        };
    }

    private Reply Watch(ReceivedRequest request, AnswerForm form, RequestTarget.Resource path, ServedResource resource)
    {
        if (form.IsYaml)
        {
            throw new ApiRefusal(
                406,
                "NotAcceptable",
                "only the following media types are accepted: application/json;stream=watch, "
                    + "application/vnd.kubernetes.protobuf;stream=watch");
        }

        var options = ReadOptions.Parse(request, isWatch: true);
        var selection = Selection.Parse(request, path, resource);
        // As the real server does: initial events and tables do not go together.
        var shape = options.SendsInitialEvents is not null && form.Shape == AnswerShape.Table ? AnswerForm.Json : form;
        var lines = new WatchLines(catalogue, resource, shape, new ObjectShapes(clock, request.QueryText("includeObject") ?? ""));
        var watch = new WatchReader(store, _lists, clock, bookmarkInterval, selection, options, lines, resource);
        return new Reply.Stream(watch.WriteAsync);
    }

    private void Authorize(ReceivedRequest request, AccessQuestion question)
    {
        if (authorizer.Allows(request.User, question) is not null)
            return;

        var user = request.User.Name;
        if (question.Path is not null)
            throw new ApiRefusal(403, "Forbidden", $"forbidden: User \"{user}\" cannot {question.Verb} path \"{question.Path}\"", []);

        var plural = question.Resource.Split('/')[0];
        var scope = question.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{question.Namespace}\"";
        throw ApiRefusal.Forbidden(
            question.Group,
            plural,
            question.Name,
            $"User \"{user}\" cannot {question.Verb} resource \"{question.Resource}\" in API group \"{question.Group}\" {scope}");
    }

    private Reply Unknown(RequestTarget.Resource path, ServedResource? resource, ReceivedRequest request)
    {
        // A built-in group answers for everything below it; a path that nobody handles is plain text.
        if (path.Group.Length > 0 && !catalogue.IsBuiltInGroup(path.Group))
            return new Reply.Text(404, "404 page not found\n");
        if (resource is { IsNamespaced: true } && request.Method is not ("GET" or "HEAD"))
            throw ApiRefusal.MethodNotAllowed();
        throw ApiRefusal.PathNotFound();
    }

    private static bool HasScope(ServedResource resource, RequestTarget.Resource path)
    {
        if (!resource.IsNamespaced)
            return path.Namespace.Length == 0 || resource.Plural == "namespaces";
        return path.Namespace.Length > 0 || path.Name.Length == 0;
    }

    private static bool IsOverAll(ServedResource resource, RequestTarget.Resource path) =>
        resource.IsNamespaced && path.Namespace.Length == 0;

    private static ApiRefusal NotSupported(ReceivedRequest request, RequestTarget.Resource path, ServedResource resource)
    {
        if (!resource.IsCustom)
            return ApiRefusal.MethodNotAllowed();
        var verb = request.Method == "POST" ? "create" : request.Method.ToLowerInvariant();
        return new ApiRefusal(
            405,
            "MethodNotAllowed",
            $"{verb} is not supported on resources of kind \"{ApiRefusal.Qualified(resource.Plural, resource.Group)}\"",
            ApiRefusal.Details("", resource.Group, path.Plural));
    }

    private static string Verb(ReceivedRequest request, RequestTarget.Resource path) => request.Method switch
    {
        "GET" or "HEAD" when path.Name.Length > 0 => "get",
        "GET" or "HEAD" => path.IsWatchPath || request.QueryFlag("watch") ? "watch" : "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" when path.Name.Length > 0 => "delete",
        "DELETE" => "deletecollection",
        _ => request.Method.ToLowerInvariant(),
    };
}
