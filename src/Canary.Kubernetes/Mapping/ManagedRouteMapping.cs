using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>Header and mirror routes, in steps and in the status.</summary>
internal static class ManagedRouteMapping
{
    private static readonly string[] Kinds = ["exact", "prefix", "regex"];

    public static HeaderRoute ReadHeader(FieldReader route) =>
        new(ReadName(route), route.Items("match").Select(ReadHeaderMatch).ToEquatableArray());

    /// <summary>A mirror without a share copies all requests of its match; without both it goes.</summary>
    public static MirrorRoute ReadMirror(FieldReader route)
    {
        var match = route.Items("match").Select(ReadMirrorMatch).ToEquatableArray();
        var percentage = route.Percent("percentage") ?? (match.Count > 0 ? Weight.Full : Weight.Zero);
        return new MirrorRoute(ReadName(route), percentage, percentage == Weight.Zero ? [] : match);
    }

    /// <summary>One entry: a header, a cookie, or both of them.</summary>
    public static RequestMatch ReadHeaderMatch(FieldReader match)
    {
        if (match.IsPresent && !match.Has("headerName") && !match.Has("cookieName"))
            match.Fail("headerName", "it is missing; headerName and headerValue, or cookieName and cookieValue, are needed");
        return new RequestMatch([.. new[] { "header", "cookie" }.Where(kind => match.Has($"{kind}Name") || match.Has($"{kind}Value"))
            .Select(kind => new HeaderTest(
                Named(match.RequiredText($"{kind}Name", $"the name of a {kind} is needed"), kind == "cookie"),
                kind == "cookie",
                ReadText(match, $"{kind}Value")))]);
    }

    public static JsonObject WriteHeader(HeaderRoute route) =>
        new JsonObject { ["name"] = route.Name }.PutList("match", route.Match, WriteHeaderMatch);

    public static JsonObject WriteMirror(MirrorRoute route) => new JsonObject { ["name"] = route.Name }
        .PutWeight("percentage", route.Percentage == Weight.Zero ? null : route.Percentage)
        .PutList("match", route.Match, WriteMirrorMatch);

    public static JsonNode WriteHeaderMatch(RequestMatch match)
    {
        var written = new JsonObject();
        foreach (var header in match.Headers)
        {
            var kind = header.IsCookie ? "cookie" : "header";
            written.Put($"{kind}Name", header.Name).Put($"{kind}Value", WriteText(header.Value));
        }

        return written;
    }

    public static ManagedRoutesStatus ReadStatus(FieldReader status) => new(ReadRoutes(status), ReadRoutes(status.Child("previous")));

    public static JsonObject? WriteStatus(ManagedRoutesStatus status) => status == ManagedRoutesStatus.None ? null
        : WriteRoutes(status.Desired)
            .Put("previous", status.Previous.IsNone ? null : WriteRoutes(status.Previous));

    private static ManagedRoutes ReadRoutes(FieldReader routes) => new(
        routes.Items("headerRoutes").Select(ReadHeader).ToEquatableArray(),
        routes.Items("mirrorRoutes").Select(ReadMirror).ToEquatableArray());

    private static JsonObject WriteRoutes(ManagedRoutes routes) => new JsonObject()
        .PutList("headerRoutes", routes.Headers, WriteHeader).PutList("mirrorRoutes", routes.Mirrors, WriteMirror);

    private static string ReadName(FieldReader route) => route.RequiredText("name", "a name is needed, by which a later step changes it");

    private static string Named(string name, bool isCookie) => isCookie ? name : name.ToLowerInvariant();

    public static RequestMatch ReadMirrorMatch(FieldReader match)
    {
        var headers = match.Child("headers");
        return new RequestMatch(
            [.. headers.Keys.Select(name => new HeaderTest(Named(name, false), false, ReadText(headers, name)))],
            match.Has("method") ? ReadText(match, "method") : null,
            match.Has("path") ? ReadText(match, "path") : null);
    }

    public static JsonNode WriteMirrorMatch(RequestMatch match)
    {
        var headers = new JsonObject();
        foreach (var header in match.Headers) headers[header.Name] = WriteText(header.Value);
        return new JsonObject()
            .Put("method", match.Method is { } method ? WriteText(method) : null)
            .Put("path", match.Path is { } path ? WriteText(path) : null)
            .Put("headers", headers.Count == 0 ? null : headers);
    }

    private static TextTest ReadText(FieldReader owner, string field)
    {
        var value = owner.Child(field);
        string[] kinds = [.. Kinds.Where(value.Has)];
        if (kinds is [var kind])
            return new TextTest(kind switch { "exact" => TextTestKind.Exact, "prefix" => TextTestKind.Prefix, _ => TextTestKind.Regex },
                value.Text(kind) ?? "");
        owner.Fail(field, $"it has {(kinds.Length == 0 ? "none" : string.Join(" and ", kinds))}; exactly one of exact, prefix and regex is "
            + "needed");
        return new TextTest(TextTestKind.Exact, "");
    }

    private static JsonObject WriteText(TextTest test) => new()
    {
        [FieldReader.Camel(test.Kind.ToString())] = test.Text,
    };
}
