using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents;

/// <summary>Rules of the metadata of every object.</summary>
internal static class ObjectMetaRules
{
    private const long MostAnnotationBytes = 256 * 1024;

    /// <param name="obj">The object.</param>
    /// <param name="old">What is stored; null on creation.</param>
    /// <param name="kind">Built-in kind, some of which allow fewer names; empty for a custom resource.</param>
    public static IReadOnlyList<FieldError> Check(JsonObject obj, JsonObject? old, string kind)
    {
        var errors = new List<FieldError>();
        var metadata = obj.Member("metadata") as JsonObject ?? [];
        if (old is null)
            Name(metadata, kind, errors);
        Labels(metadata, errors);
        Annotations(metadata, errors);
        Owners(metadata, errors);
        foreach (var finalizer in (metadata.Member("finalizers") as JsonArray ?? []).Select(item => item.Text()).OfType<string>())
            if (NameRules.QualifiedName(finalizer) is { } wrong)
                errors.Add(FieldError.Invalid("metadata.finalizers", GoFormat.Quoted(finalizer), wrong));
        return errors;
    }

    /// <summary>Warnings that a real server sends with an answer that is fine: finalizers without a domain.</summary>
    public static IReadOnlyList<string> Warnings(JsonObject obj) =>
        obj.At("metadata", "finalizers") is not JsonArray finalizers
            ? []
            : [.. finalizers.Select(item => item.Text()).OfType<string>()
                .Where(name => !name.Contains('/', StringComparison.Ordinal)
                    && name is not ("orphan" or "foregroundDeletion" or "kubernetes"))
                .Select(
                    name =>
                        $"metadata.finalizers: {GoFormat.Quoted(name)}: prefer a domain-qualified finalizer name to avoid accidental "
                            + "conflicts with other finalizer writers")];

    private static void Name(JsonObject metadata, string kind, List<FieldError> errors)
    {
        if (metadata.Member("name").Text() is not { Length: > 0 } name)
        {
            if (metadata.Member("generateName").Text() is not { Length: > 0 })
                errors.Add(FieldError.Required("metadata.name", "name or generateName is required"));
            return;
        }

        var wrong = kind switch
        {
            "Service" => NameRules.Dns1035Label(name),
            "Namespace" => NameRules.Dns1123Label(name),
            "Role" or "RoleBinding" or "ClusterRole" or "ClusterRoleBinding" => NameRules.PathSegment(name),
            _ => NameRules.Dns1123Subdomain(name),
        };
        errors.AddRange(wrong.Select(reason => FieldError.Invalid("metadata.name", GoFormat.Quoted(name), reason)));
    }

    private static void Labels(JsonObject metadata, List<FieldError> errors)
    {
        foreach (var (key, value) in metadata.Member("labels") as JsonObject ?? [])
        {
            if (NameRules.QualifiedName(key) is { } wrongKey)
                errors.Add(FieldError.Invalid("metadata.labels", GoFormat.Quoted(key), wrongKey));
            if (value.Text() is { } text)
                errors.AddRange(NameRules.LabelValue(text)
                    .Select(wrong => FieldError.Invalid("metadata.labels", GoFormat.Quoted(text), wrong)));
        }
    }

    private static void Annotations(JsonObject metadata, List<FieldError> errors)
    {
        long bytes = 0;
        foreach (var (key, value) in metadata.Member("annotations") as JsonObject ?? [])
        {
            if (NameRules.QualifiedName(key.ToLowerInvariant()) is { } wrong)
                errors.Add(FieldError.Invalid("metadata.annotations", GoFormat.Quoted(key), wrong));
            bytes += System.Text.Encoding.UTF8.GetByteCount(key) + System.Text.Encoding.UTF8.GetByteCount(value.Text() ?? "");
        }

        if (bytes > MostAnnotationBytes)
            errors.Add(FieldError.TooLong("metadata.annotations", MostAnnotationBytes));
    }

    private static void Owners(JsonObject metadata, List<FieldError> errors)
    {
        var owners = metadata.Member("ownerReferences") as JsonArray ?? [];
        foreach (var owner in owners)
            foreach (var name in (string[])["apiVersion", "kind", "name", "uid"])
                if (owner.Member(name).Text() is not { Length: > 0 })
                    errors.Add(FieldError.Invalid(
                        $"metadata.ownerReferences.{name}", "\"\"", name == "apiVersion" ? "version must not be empty"
                        : $"{name} must not be empty"));
        var controllers = owners.Where(owner => owner.Member("controller").IsTrue())
            .Select(owner => $"{owner.Member("kind").Text()}/{owner.Member("name").Text()}").ToList();
        if (controllers.Count > 1)
            errors.Add(FieldError.Invalid(
                "metadata.ownerReferences", $"[]v1.OwnerReference{{{string.Join(", ", owners.Select(Shown))}}}",
                $"Only one reference can have Controller set to true. Found \"true\" in references "
                    + $"for {controllers[0]} and {controllers[1]}"));
    }

    // Where the real server prints addresses of booleans there is nothing to say.
    private static string Shown(JsonNode? owner) =>
        $"v1.OwnerReference{{APIVersion:\"{owner.Member("apiVersion").Text()}\", Kind:\"{owner.Member("kind").Text()}\", "
            + $"Name:\"{owner.Member("name").Text()}\", "
        + $"UID:\"{owner.Member("uid").Text()}\", Controller:(*bool)(0x0), BlockOwnerDeletion:(*bool)(0x0)}}";
}
