using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Configuration;

/// <summary>
/// Tells the copies that a template of the copy names from originals whose own names look like those of copies, such as
/// <c>db-stable-202401151230</c>. An annotation of the template lists these, so that the revision follows from the template alone.
/// </summary>
internal sealed class CopyReferences
{
    /// <summary>All that looks like a copy is none.</summary>
    public static readonly CopyReferences None = new(null);

    private readonly HashSet<string>? _originals;

    private CopyReferences(HashSet<string>? originals) => _originals = originals;

    /// <summary>Reads the annotation of a template of the copy.</summary>
    public static CopyReferences Read(JsonObject template) =>
        new(Parse(Json.Text(template, "metadata", "annotations", CopyLabels.Originals)));

    /// <summary>Reads the annotation, and takes it off: it belongs to the side and is not released.</summary>
    public static CopyReferences Take(JsonObject template)
    {
        var read = Read(template);
        Json.Object(template, "metadata", "annotations")?.Remove(CopyLabels.Originals);
        return read;
    }

    /// <summary>Writes the annotation, where one is needed.</summary>
    /// <param name="template">A template of the copy.</param>
    /// <param name="kept">What it reads that is no copy.</param>
    public static void Note(JsonObject template, IEnumerable<ConfigurationReference> kept)
    {
        var alike = kept.Where(one => ConfigurationCopyName.Parse(one.Name) is not null).Select(one => one.Key)
            .Order(StringComparer.Ordinal).ToArray();
        if (alike.Length == 0) return;
        if (template["metadata"] is not JsonObject metadata) template["metadata"] = metadata = [];
        if (metadata["annotations"] is not JsonObject annotations) metadata["annotations"] = annotations = [];
        annotations[CopyLabels.Originals] = new JsonArray([.. alike.Select(key => (JsonNode)key)]).ToJsonString();
    }

    /// <summary>The copies that a template of the copy names, each with its original and the hash of its content.</summary>
    public static IEnumerable<(ConfigurationReference Original, string Digest)> List(JsonObject template)
    {
        var copies = Read(template);
        foreach (var reference in PodConfiguration.Find(template))
        {
            if (copies.Find(reference) is { } copy) yield return (new ConfigurationReference(reference.Kind, copy.Name), copy.Digest);
        }
    }

    /// <summary>The original's name and the hash; null: it is no copy.</summary>
    public (string Name, string Digest)? Find(ConfigurationReference reference) =>
        _originals is null || _originals.Contains(reference.Key) ? null : ConfigurationCopyName.Parse(reference.Name);

    // Whoever may edit the copy may write anything there: what cannot be read lists nothing.
    private static HashSet<string> Parse(string? text)
    {
        try
        {
            return text is not null && JsonNode.Parse(text) is JsonArray keys
                ? keys.Select(key => Json.Text(key)).OfType<string>().ToHashSet(StringComparer.Ordinal) : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
