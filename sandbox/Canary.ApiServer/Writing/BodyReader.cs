using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Documents;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Http;
using Canary.ApiServer.Kinds;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Writing;

/// <summary>Reads the object in the body of a POST or PUT: its text, its type, and the fields that it should not have.</summary>
internal static class BodyReader
{
    private const string ProtobufType = "application/vnd.kubernetes.protobuf";

    private static readonly string[] AcceptedTypes = ["application/json", "application/yaml", ProtobufType];

    /// <returns>The object, complete with defaults and without unknown fields.</returns>
    public static JsonObject Read(ReceivedRequest request, ServedResource resource, WriteRequest options)
    {
        var body = Parse(request, resource.Kind, request.BodyType == "application/yaml");
        var obj = CheckType(request, resource, options, body.Root);
        var problem = resource.Schema.DecodingError(obj);
        if (problem is not null)
            throw ApiRefusal.BadRequest(NotHandled(resource, problem));

        var unknown = resource.Schema.UnknownFields(obj);
        Judge(request, options, unknown, body.Duplicates,
            told => ApiRefusal.BadRequest(NotHandled(resource, "strict decoding error: " + told)));
        Complete(resource, obj, isTyped: true);
        return obj;
    }

    /// <summary>Prunes and defaults, as every decoded custom resource is; built-in kinds cannot hold unknown fields either.</summary>
    public static void Complete(ServedResource resource, JsonObject obj, bool isTyped)
    {
        resource.Schema.Prune(obj);
        if (isTyped)
            resource.Schema.Default(obj);
    }

    public static void Judge(
        ReceivedRequest request, WriteRequest options, IReadOnlyList<string> unknown, IReadOnlyList<string> duplicates,
        Func<string, ApiRefusal> refuse)
    {
        if (options.Validation == FieldValidation.Ignore || unknown.Count + duplicates.Count == 0)
            return;

        var told = duplicates.Select(d => d.StartsWith("yaml:", StringComparison.Ordinal) ? d : $"duplicate field \"{d}\"")
            .Concat(unknown.Select(u => $"unknown field \"{u}\""))
            .ToList();
        if (options.Validation == FieldValidation.Strict)
            throw refuse(string.Join(", ", told));
        request.Warnings.AddRange(told);
    }

    /// <summary>Of a version of the group that does not exist nothing is known: every field of it is unknown, before the version is
    /// refused.</summary>
    public static void JudgeForeign(ReceivedRequest request, ServedResource resource, WriteRequest options, JsonObject obj)
    {
        var prefix = resource.Group + "/";
        var apiVersion = obj.Text("apiVersion") ?? "";
        if (!apiVersion.StartsWith(prefix, StringComparison.Ordinal) || resource.Versions.Contains(apiVersion[prefix.Length..]))
            return;
        var unknown = obj.Select(m => m.Key).Where(k => k is not ("apiVersion" or "kind" or "metadata")).ToList();
        Judge(request, options with { Validation = FieldValidation.Warn }, unknown, [], ApiRefusal.BadRequest);
    }

    public static string NotHandled(ServedResource resource, string why) => NotHandled(resource.Kind, resource.Version, resource.Kind, why);

    public static ParsedBody Parse(ReceivedRequest request, string kind, bool isYaml)
    {
        if (request.BodyType.Length > 0 && !AcceptedTypes.Contains(request.BodyType))
            throw ApiRefusal.UnsupportedMediaType(AcceptedTypes);
        if (request.BodyType == ProtobufType)
            return ParseProtobuf(request);

        if (isYaml)
            return YamlAnswer.Parse(Encoding.UTF8.GetString(request.Body));

        try
        {
            return BodyText.ParseJson(request.Body);
        }
        catch (JsonException)
        {
            throw Unrecognized(kind,
                $"couldn't get version/kind; json parse error: {BodyText.SyntaxError(request.Body)} ({BodyText.Excerpt(request.Body)})");
        }
    }

    // Of protobuf the sandbox reads what kubectl sends in no other way.
    private static ParsedBody ParseProtobuf(ReceivedRequest request)
    {
        try
        {
            return ProtobufBody.Read(request.Body) is { } obj ? new ParsedBody(obj, [])
                : throw ApiRefusal.UnsupportedMediaType(AcceptedTypes.Except([ProtobufType]));
        }
        catch (InvalidDataException e)
        {
            throw ApiRefusal.BadRequest("the protobuf body cannot be read: " + e.Message);
        }
    }

    private static JsonObject CheckType(ReceivedRequest request, ServedResource resource, WriteRequest options, JsonNode? root)
    {
        if (root is not JsonObject obj)
        {
            var found = root is null ? "null" : MetadataChanges.GoType(root);
            const string Target =
                "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";
            throw Unrecognized(
                resource.Kind,
                $"couldn't get version/kind; json parse error: json: cannot unmarshal {found} into Go value of "
                    + $"type {Target} ({BodyText.Excerpt(request.Body)})");
        }

        if (resource.IsCustom)
            CheckCustomType(request, resource, options, obj);
        else
            CheckBuiltInType(resource, obj);
        return obj;
    }

    private static void CheckCustomType(ReceivedRequest request, ServedResource resource, WriteRequest options, JsonObject obj)
    {
        if (obj.Text("kind") is not { Length: > 0 } kind)
        {
            throw Unrecognized(
                resource.Kind,
                $"Object 'Kind' is missing in '{Encoding.UTF8.GetString(request.Body)}' ({BodyText.Excerpt(request.Body)})");
        }

        var apiVersion = obj.Text("apiVersion") ?? "";
        if (apiVersion != resource.ApiVersion)
        {
            JudgeForeign(request, resource, options, obj);
            var expected = resource.ApiVersion;
            throw ApiRefusal.BadRequest($"the API version in the data ({apiVersion}) does not match the expected API version ({expected})");
        }

        if (kind != resource.Kind)
            throw WrongKind(resource, kind, obj.Name());
    }

    public static ApiRefusal WrongKind(ServedResource resource, string kind, string name) =>
        ApiRefusal.Invalid(resource.Group, kind, name, [FieldCause.Invalid("kind", FieldCause.Quoted(kind), "must be " + resource.Kind)]);

    private static void CheckBuiltInType(ServedResource resource, JsonObject obj)
    {
        var kind = obj.Text("kind") ?? resource.Kind;
        var apiVersion = obj.Text("apiVersion") ?? resource.ApiVersion;
        if (kind != resource.Kind || apiVersion != resource.ApiVersion)
        {
            var slash = apiVersion.IndexOf('/');
            var version = apiVersion[(slash + 1)..];
            // A body that is of another kind is read as that kind first.
            if (ObjectSchema.BuiltIn(slash < 0 ? "" : apiVersion[..slash], version, kind)?.DecodingError(obj) is { } problem)
                throw ApiRefusal.BadRequest(NotHandled(kind, version, resource.Kind, problem));
            throw ApiRefusal.BadRequest(NotHandled(
                kind,
                version,
                resource.Kind,
                $"no kind \"{kind}\" is registered for version \"{apiVersion}\" in scheme "
                    + "\"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\""));
        }

        obj["kind"] = kind;
        obj["apiVersion"] = apiVersion;
    }

    private static string NotHandled(string kind, string version, string expected, string why) =>
        $"{kind} in version \"{version}\" cannot be handled as a {expected}: {why}";

    private static ApiRefusal Unrecognized(string kind, string why) =>
        ApiRefusal.BadRequest($"the object provided is unrecognized (must be of type {kind}): {why}");
}
