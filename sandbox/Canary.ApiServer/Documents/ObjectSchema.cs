using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.BuiltIn;
using Canary.ApiServer.Documents.Definitions;
using Canary.ApiServer.Documents.Rules;
using Canary.ApiServer.Documents.Schemas;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents;

/// <summary>What the server knows about the objects of one kind: their fields, defaults and rules.</summary>
internal sealed class ObjectSchema
{
    private const string Definition = "CustomResourceDefinition";

    private readonly SchemaNode _declared;
    private readonly string? _scalePath;
    private readonly RuleValidation? _rules;

    private ObjectSchema(SchemaNode declared, SchemaNode root, string kind, bool isCustom, bool hasStatus, string? scalePath)
    {
        _declared = declared;
        _scalePath = scalePath;
        _rules = isCustom && declared.HasRules ? new RuleValidation(declared, isResource: true) : null;
        Root = root;
        Kind = kind;
        IsCustom = isCustom;
        HasStatus = hasStatus;
    }

    /// <summary>The whole tree, with typed metadata.</summary>
    public SchemaNode Root { get; }

    /// <summary>Kind of a built-in; empty for a custom resource, whose schema does not say it.</summary>
    public string Kind { get; }

    public bool IsCustom { get; }

    /// <summary>True where status can be written through <c>/status</c> only.</summary>
    public bool HasStatus { get; }

    /// <param name="openApiV3Schema">Schema of one version of a CustomResourceDefinition.</param>
    /// <param name="subresources">The <c>subresources</c> member of the same version; null where it has none.</param>
    public static ObjectSchema FromCustomResource(JsonObject openApiV3Schema, JsonObject? subresources = null)
    {
        var declared = SchemaReader.Read(openApiV3Schema);
        var properties = new Dictionary<string, SchemaNode>(declared.Properties, StringComparer.Ordinal)
        {
            ["apiVersion"] = new SchemaNode { Type = "string" },
            ["kind"] = new SchemaNode { Type = "string" },
            ["metadata"] = KindCatalogue.ObjectMeta,
        };
        return new ObjectSchema(
            declared, declared with { Type = "object", Properties = properties }, "", isCustom: true,
            hasStatus: subresources.Member("status") is not null, subresources.At("scale", "specReplicasPath").Text());
    }

    /// <summary>Schema of a built-in kind; null for a kind that is not described.</summary>
    public static ObjectSchema? BuiltIn(string group, string version, string kind) =>
        KindCatalogue.Find(group, version, kind) is { } root
            ? new ObjectSchema(root, root, kind, isCustom: false, hasStatus: root.Properties.ContainsKey("status"), scalePath: null)
            : null;

    /// <summary>Fills in defaults, drops nulls that are not allowed and members of metadata that are empty.</summary>
    public void Default(JsonObject obj)
    {
        SchemaDefaults.Fill(obj, Root);
        if (!IsCustom)
            KindDefaults.Fill(Kind, obj);
        if (obj.Member("metadata") is JsonObject metadata)
            DropEmpty(metadata);
    }

    /// <summary>Members that the kind does not know, <c>spec.steps[0].nope</c>, in the order in which the real server names them.</summary>
    public IReadOnlyList<string> UnknownFields(JsonObject obj)
    {
        var found = SchemaPruning.Find(obj, Root);
        if (Kind == Definition)
            return [.. found, .. SchemaReading.UnknownFields(obj)];
        if (!IsCustom)
            return found;
        // A custom resource is pruned after its metadata has been read, and the paths are sorted.
        var ofMetadata = found.Where(path => path.StartsWith("metadata.", StringComparison.Ordinal));
        return [.. ofMetadata, .. found.Where(path => !path.StartsWith("metadata.", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
    }

    public void Prune(JsonObject obj)
    {
        SchemaPruning.Remove(obj, Root);
        if (Kind == Definition)
            SchemaReading.Clean(obj);
    }

    /// <summary>Why the object cannot be read at all, as the rest of "… cannot be handled as a …: "; null where it can.</summary>
    /// <remarks>Built-in kinds are read into typed structures, custom resources only as far as their metadata.</remarks>
    public string? DecodingError(JsonObject obj) =>
        IsCustom ? DecodingRules.Check(obj.Member("metadata"), KindCatalogue.ObjectMeta, "")
        : DecodingRules.Check(obj, Root, "") ?? (Kind == Definition ? SchemaReading.DecodingError(obj) : null);

    /// <summary>All broken rules of an object that is about to be stored.</summary>
    /// <param name="obj">The object after defaulting and pruning.</param>
    /// <param name="old">What is stored; null on creation. Unchanged parts of a custom resource are not checked again.</param>
    /// <param name="subresource">Null or empty for the object itself, <c>status</c>, <c>scale</c>.</param>
    public IReadOnlyList<FieldError> Validate(JsonObject obj, JsonObject? old, string? subresource)
    {
        var errors = new List<FieldError>(ObjectMetaRules.Check(obj, old, Kind));
        if (!IsCustom)
        {
            errors.AddRange(KindRules.Check(Kind, obj, old, subresource));
            return errors;
        }

        if (subresource == "status")
        {
            if (_declared.Properties.TryGetValue("status", out var status) && obj.ContainsKey("status"))
                errors.AddRange(SchemaValidation.Check(obj["status"], old.Member("status"), status, "status"));
        }
        else
        {
            errors.AddRange(SchemaValidation.Check(obj, old, _declared));
            if (_scalePath is not null)
                errors.AddRange(ScaleRules.Check(obj, _scalePath));
        }

        if (old is null || ListRules.Check(old, _declared).Count == 0)
            errors.AddRange(ListRules.Check(obj, _declared));
        if (_rules is null)
            return errors;
        if (errors.Any(StopsRules))
            errors.Add(FieldError.Invalid(
                "<nil>", "\"null\"",
                "some validation rules were not checked because the object was invalid; correct the existing errors to complete "
                    + "validation"));
        else
            errors.AddRange(_rules.Check(obj, old));
        return errors;
    }

    /// <summary>Errors that keep a real server from running CEL rules, which it says.</summary>
    private static bool StopsRules(FieldError error) => error.Reason switch
    {
        "FieldValueNotSupported" or "FieldValueRequired" or "FieldValueTooLong" or "FieldValueTooMany" or "FieldValueTypeInvalid" => true,
        _ => false,
    };

    private static void DropEmpty(JsonObject metadata)
    {
        foreach (var name in metadata.Select(member => member.Key).ToList())
            if (metadata[name] is JsonObject { Count: 0 } or JsonArray { Count: 0 } || metadata[name].Text() == "")
                metadata.Remove(name);
    }
}
