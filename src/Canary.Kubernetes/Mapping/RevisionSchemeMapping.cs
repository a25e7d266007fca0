using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>How revisions are made, in the status of a Rollout.</summary>
internal static class RevisionSchemeMapping
{
    /// <summary>Null where there is none.</summary>
    public static RevisionScheme? Read(FieldReader scheme) =>
        scheme.IsPresent && scheme.Whole("version") is { } version and >= 1 and <= int.MaxValue
            ? new RevisionScheme((int)version, scheme.Items("sideLabels")
                .Select(label => new SideLabel(label.Text("name") ?? "", label.Text("stable"), label.Text("canary")))
                .Where(label => label.Name.Length > 0)
                .OrderBy(label => label.Name, StringComparer.Ordinal)
                .ToEquatableArray())
            {
                Configuration = scheme.Texts("configuration").Order(StringComparer.Ordinal).ToEquatableArray(),
                Key = scheme.Short("key", RunKeyMapping.LongestRevision),
            }
            : null;

    public static JsonObject? Write(RevisionScheme? scheme) => scheme is null
        ? null
        : new JsonObject { ["version"] = scheme.Version }.PutList("sideLabels", scheme.SideLabels, label =>
            new JsonObject { ["name"] = label.Name }.Put("stable", label.First).Put("canary", label.Second))
        .PutList("configuration", scheme.Configuration, one => one).Put("key", scheme.Key);
}
