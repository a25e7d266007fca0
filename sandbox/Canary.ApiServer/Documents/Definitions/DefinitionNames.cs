using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Definitions;

/// <summary>Group, scope and names of a definition.</summary>
internal static class DefinitionNames
{
    private const string Approval = "api-approved.kubernetes.io";
    private const string ApprovalHelp = "see https://github.com/kubernetes/enhancements/pull/1111";

    public static void Check(JsonObject definition, JsonObject? old, List<FieldError> errors)
    {
        var spec = definition.Member("spec");
        var names = spec.Member("names");
        Group(spec.Member("group").Text() ?? "", errors);
        var scope = spec.Member("scope").Text() ?? "";
        if (scope.Length == 0)
            errors.Add(FieldError.Required("spec.scope"));
        else if (scope is not ("Cluster" or "Namespaced"))
            errors.Add(FieldError.NotSupported("spec.scope", GoFormat.Quoted(scope), "\"Cluster\", \"Namespaced\""));
        foreach (var part in (string[])["plural", "singular", "kind", "listKind"])
            if (names.Member(part).Text() is not { Length: > 0 })
                errors.Add(FieldError.Required($"spec.names.{part}"));
        Names(names, errors);
        var name = definition.At("metadata", "name").Text() ?? "";
        if (name.Length > 0 && name != $"{names.Member("plural").Text()}.{spec.Member("group").Text()}")
            errors.Add(FieldError.Invalid("metadata.name", GoFormat.Quoted(name), "must be spec.names.plural+\".\"+spec.group"));
        if (spec.Member("preserveUnknownFields").IsTrue())
            errors.Add(FieldError.Invalid("spec.preserveUnknownFields", "true",
                "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"));
        var approval = definition.At("metadata", "annotations", Approval).Text();
        if (IsProtected(spec.Member("group").Text() ?? "")
            && (old is null || old.At("metadata", "annotations", Approval).Text() != approval))
            Approved(approval, errors);
    }

    private static void Group(string group, List<FieldError> errors)
    {
        if (group.Length == 0)
            errors.Add(FieldError.Required("spec.group"));
        else if (NameRules.Dns1123Subdomain(group) is { Count: > 0 } wrong)
            errors.Add(FieldError.Invalid("spec.group", GoFormat.Quoted(group), string.Join(',', wrong)));
        else if (!group.Contains('.', StringComparison.Ordinal))
            errors.Add(FieldError.Invalid("spec.group", GoFormat.Quoted(group), "should be a domain with at least one dot"));
    }

    private static void Names(JsonNode? names, List<FieldError> errors)
    {
        foreach (var part in (string[])["plural", "singular"])
            Label(names.Member(part), $"spec.names.{part}", errors);
        foreach (var part in (string[])["kind", "listKind"])
            if (names.Member(part).Text() is { Length: > 0 } kind
                && NameRules.Dns1035Label(kind.ToLowerInvariant()) is { Count: > 0 } wrong)
                errors.Add(FieldError.Invalid($"spec.names.{part}", GoFormat.Quoted(kind),
                    "may have mixed case, but should otherwise match: " + string.Join(',', wrong)));
        foreach (var part in (string[])["shortNames", "categories"])
        {
            var list = names.Member(part) as JsonArray ?? [];
            for (var i = 0; i < list.Count; i++)
                Label(list[i], $"spec.names.{part}[{i}]", errors);
        }

        if (names.Member("kind").Text() is { Length: > 0 } one && one == names.Member("listKind").Text())
            errors.Add(FieldError.Invalid("spec.names.listKind", GoFormat.Quoted(one), "kind and listKind may not be the same"));
    }

    private static void Label(JsonNode? name, string path, List<FieldError> errors)
    {
        if (name.Text() is { Length: > 0 } text && NameRules.Dns1035Label(text) is { Count: > 0 } wrong)
            errors.Add(FieldError.Invalid(path, GoFormat.Quoted(text), string.Join(',', wrong)));
    }

    private static bool IsProtected(string group) =>
        group is "k8s.io" or "kubernetes.io" || group.EndsWith(".k8s.io", StringComparison.Ordinal)
        || group.EndsWith(".kubernetes.io", StringComparison.Ordinal);

    private static void Approved(string? approval, List<FieldError> errors)
    {
        const string Path = $"metadata.annotations[{Approval}]";
        if (approval is not { Length: > 0 })
            errors.Add(FieldError.Required(Path, $"protected groups must have approval annotation \"{Approval}\", {ApprovalHelp}"));
        else if (!approval.StartsWith("unapproved", StringComparison.Ordinal)
            && !(Uri.TryCreate(approval, UriKind.Absolute, out var address) && address.Host.Length > 0))
            errors.Add(FieldError.Invalid(Path, GoFormat.Quoted(approval),
                $"protected groups must have approval annotation \"{Approval}\" with either a URL or a reason starting with "
                    + $"\"unapproved\", {ApprovalHelp}"));
    }
}
