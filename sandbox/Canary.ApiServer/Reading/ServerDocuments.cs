using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Replies;

namespace Canary.ApiServer.Reading;

/// <summary>Everything that is not about objects: discovery, the published schemas, the version, health.</summary>
internal sealed class ServerDocuments(ResourceCatalogue catalogue)
{
    private const string NotFoundText = "404 page not found\n";

    private readonly DiscoveryDocuments _discovery = new(catalogue);
    private readonly OpenApiPages _openApi = new(catalogue);

    public Reply Answer(RequestTarget.Other target, ReceivedRequest request, AnswerForm form, string host)
    {
        if (request.Method is not ("GET" or "HEAD"))
            return target.Segments is ["api" or "apis", ..] ? throw ApiRefusal.MethodNotAllowed() : new Reply.Text(404, NotFoundText);

        return target.Segments switch
        {
            ["version"] => new Reply.Document(200, Version(), "application/json"),
            ["healthz" or "livez" or "readyz", ..] => Health(target.Segments, request),
            ["api"] or ["apis"] when form.Shape == AnswerShape.GroupDiscovery => Aggregated(target.Segments[0] == "api", form),
            ["api"] => new Reply.Document(200, DiscoveryDocuments.CoreVersions(host)),
            ["apis"] => new Reply.Document(200, _discovery.GroupList()),
            ["api", var version] when catalogue.HasGroupVersion("", version) => new Reply.Document(200, _discovery.Resources("", version)),
            ["api", _] => throw ApiRefusal.PathNotFound(),
            ["apis", var group] when catalogue.HasGroup(group) => new Reply.Document(200, _discovery.Group(group)),
            ["apis", var group, var version] when catalogue.HasGroupVersion(group, version) =>
                new Reply.Document(200, _discovery.Resources(group, version)),
            ["apis", var group, _] when catalogue.IsBuiltInGroup(group) => throw ApiRefusal.PathNotFound(),
            ["openapi", "v3", .. var rest] => _openApi.Answer(rest),
            [] => new Reply.Document(200, new JsonObject { ["paths"] = Paths().ToJsonArray() }),
            _ => new Reply.Text(404, NotFoundText),
        };
    }

    private Reply.Document Aggregated(bool isCore, AnswerForm form) =>
        new(200, _discovery.Aggregated(isCore, form.ShapeVersion),
            $"application/json;g=apidiscovery.k8s.io;v={form.ShapeVersion};as=APIGroupDiscoveryList");

    // The sandbox answers as the version whose behaviour it was recorded from.
    private static JsonObject Version() => new()
    {
        ["major"] = "1",
        ["minor"] = "32",
        ["gitVersion"] = "v1.32.13",
        ["gitCommit"] = "canary-sandbox",
        ["gitTreeState"] = "",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "",
        ["compiler"] = "",
        ["platform"] = "canary/sandbox",
    };

    private static Reply.Text Health(string[] segments, ReceivedRequest request)
    {
        if (segments.Length == 1 && request.QueryText("verbose") is not null)
            return new Reply.Text(200, $"[+]ping ok\n{segments[0]} check passed\n");
        return segments is [_] or [_, "ping"] ? new Reply.Text(200, "ok") : new Reply.Text(404, NotFoundText);
    }

    private List<string> Paths()
    {
        List<string> paths = ["/api", "/api/v1", "/apis", "/apis/"];
        foreach (var group in catalogue.Groups)
        {
            paths.Add($"/apis/{group}");
            paths.AddRange(catalogue.Versions(group).Select(v => $"/apis/{group}/{v}"));
        }

        paths.AddRange(
            ["/healthz", "/healthz/ping", "/livez", "/livez/ping", "/openapi/v3", "/openapi/v3/", "/readyz", "/readyz/ping", "/version"]);
        paths.Sort(StringComparer.Ordinal);
        return paths;
    }
}
