using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Documents.OpenApi;
using Canary.ApiServer.Replies;

namespace Canary.ApiServer.Reading;

/// <summary>The published schemas: an index, and one document a group version, made when it is first asked for and kept while nothing
/// changes.</summary>
internal sealed class OpenApiPages(ResourceCatalogue catalogue)
{
    private readonly Dictionary<string, Page> _pages = new(StringComparer.Ordinal);

    public Reply Answer(ReadOnlySpan<string> rest)
    {
        if (rest.Length == 0)
            return new Reply.Document(200, Index(), "text/plain; charset=utf-8");

        var path = string.Join('/', rest!);
        return Find(path) is { } page ? new Reply.Document(200, page.Document, "application/json") : new Reply.Text(404, "");
    }

    private JsonObject Index()
    {
        var paths = new JsonObject();
        foreach (var (path, _, _) in GroupVersions())
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={Find(path)!.Hash}" };
        return new JsonObject { ["paths"] = paths };
    }

    private Page? Find(string path)
    {
        var found = GroupVersions().Where(g => g.Path == path).ToList();
        if (found.Count == 0)
            return null;

        var (_, group, version) = found[0];
        var served = catalogue.Served.Where(r => r.Group == group && r.Version == version).ToList();
        lock (_pages)
        {
            if (_pages.TryGetValue(path, out var page) && page.Served.SequenceEqual(served, ReferenceEqualityComparer.Instance))
                return page;

            var document = Make(group, version, served);
            var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(document.ToJsonString())));
            page = new Page(served, document, hash);
            _pages[path] = page;
            return page;
        }
    }

    private IEnumerable<(string Path, string Group, string Version)> GroupVersions() => catalogue.Served
        .Select(r => (Path: r.Group.Length == 0 ? $"api/{r.Version}" : $"apis/{r.Group}/{r.Version}", r.Group, r.Version))
        .Distinct()
        .OrderBy(g => g.Path, StringComparer.Ordinal);

    private static JsonObject Make(string group, string version, List<ServedResource> served) =>
        OpenApiDocuments.GroupVersion(group, version, [.. served.Select(Described)]);

    private static OpenApiResource Described(ServedResource resource)
    {
        List<string> subresources = [];
        if (resource.HasStatus)
            subresources.Add("status");
        if (resource.Scale is not null)
            subresources.Add("scale");
        return new OpenApiResource(resource.Kind, resource.Names.ListKind, resource.Plural, resource.IsNamespaced, resource.Verbs,
            subresources, resource.Schema);
    }

    private sealed record Page(IReadOnlyList<ServedResource> Served, JsonObject Document, string Hash);
}
