using System;
using System.Buffers;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.Configuration;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Pods;
using Canary.Kubernetes.StableCopy;

namespace Canary.Kubernetes.Workloads;

/// <summary>The revision of a workload: a hash of its pod template.</summary>
/// <remarks>
/// Version 1: SHA-256 of canonical JSON (members sorted, numbers normalised), of which ten hexadecimal digits are shown. Without the labels
/// that the two sides were told apart by when the rollout was accepted, without null, and without empty maps and lists, which servers and
/// clients add and drop at will (an <c>emptyDir</c> stays). All that the user can change is in it, also the annotation of <c>kubectl
/// rollout restart</c>: a restart is a change, as in Argo Rollouts. Version 2: in the selectors of pod affinity, pod anti-affinity and
/// topology spread, a value that names a side stands as "its own" or "the other one". Version 3, of one workload and its copy: without
/// the annotation of <c>kubectl rollout restart</c>. Version 4: with the content of ConfigMaps and Secrets, as
/// hashes. The status keeps the version of its revisions: an upgrade starts no rollout.
/// </remarks>
internal static class TemplateHash
{
    private const int Shown = 10;

    /// <param name="template">The pod template.</param>
    /// <param name="scheme">What in it belongs to the side.</param>
    /// <param name="side">The side that it is the template of.</param>
    /// <param name="configuration">The content of what it reads; null: none of it is a part of the revision.</param>
    public static string Compute(JsonObject template, RevisionScheme scheme, Side side, ConfigurationView? configuration = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(scheme.Version switch { 1 => "v1\n"u8, 2 => "v2\n"u8, 3 => "v3\n"u8, _ => "v4\n"u8 });
        var released = WithoutLabels(template, scheme);
        if (scheme.Version >= RevisionScheme.OfConfiguration)
        {
            foreach (var line in (configuration ?? ConfigurationView.None).Unfold(released, scheme, side))
                buffer.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }

        if (scheme.Version > 2 && side is Side.NamedStable)
        {
            CopyAntiAffinity.Remove(released);
            PinnedImages.Unpin(released);
        }

        // A restart of the one workload restarts its copy too, and releases nothing.
        if (scheme.Version > 2) Json.Object(released, "metadata", "annotations")?.Remove(CopyLabels.RestartedAt);
        if (scheme.Version > 1)
        {
            PodSelectors.Rewrite(released, (key, value) => Mark(key, value, scheme, side));
            PodSelectors.Sort(released);
        }

        using (var writer = new Utf8JsonWriter(buffer)) Write(writer, released);
        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan))[..Shown];
    }

    /// <summary>The template of a workload and that of its copy are the same but for the content of what they read.</summary>
    public static bool AreAlike(JsonObject copy, JsonObject workload, RevisionScheme scheme)
    {
        var plain = scheme with { Version = RevisionScheme.OfOneWorkload };
        var originals = (JsonObject)copy.DeepClone();
        ConfigurationView.Restore(originals);
        return Compute(originals, plain, Side.NamedStable) == Compute(workload, plain, Side.NamedCanary);
    }

    /// <summary>
    /// The template of one side as that of the other: the labels of the sides are those of <paramref name="target"/>, and a selector that
    /// names a side names the other one, so that "away from my own pods" and "away from the other side's" mean the same in both places.
    /// </summary>
    public static JsonObject Transfer(JsonObject source, JsonObject target, RevisionScheme scheme)
    {
        var merged = WithoutLabels(source, scheme);
        if (scheme.Version > 1) PodSelectors.Rewrite(merged, (key, value) => Swap(key, value, scheme));
        var own = Json.Map(target, "metadata", "labels").Where(label => scheme.SideLabels.Any(known => known.Name == label.Key)).ToArray();
        if (own.Length == 0) return merged;
        if (merged["metadata"] is not JsonObject metadata) merged["metadata"] = metadata = [];
        if (metadata["labels"] is not JsonObject labels) metadata["labels"] = labels = [];
        foreach (var (key, value) in own) labels[key] = value;
        return merged;
    }

    private static JsonObject WithoutLabels(JsonObject template, RevisionScheme scheme)
    {
        var copy = (JsonObject)template.DeepClone();
        if (Json.Object(copy, "metadata", "labels") is not { } map) return copy;
        foreach (var label in scheme.SideLabels) map.Remove(label.Name);
        return copy;
    }

    // No value of a label has such signs in it.
    private static string Mark(string key, string value, RevisionScheme scheme, Side side)
    {
        if (Naming(key, value, scheme) is not { } label) return value;
        return value == (side is Side.NamedStable ? label.First : label.Second) ? "<own>" : "<other>";
    }

    private static string Swap(string key, string value, RevisionScheme scheme)
    {
        if (Naming(key, value, scheme) is not { } label) return value;
        return value == label.First ? label.Second! : label.First!;
    }

    /// <summary>The label, where the value names one of the two sides.</summary>
    private static SideLabel? Naming(string key, string value, RevisionScheme scheme) =>
        scheme.SideLabels.FirstOrDefault(label => label.NamesSides && label.Name == key && (label.First == value || label.Second == value));

    private static void Write(Utf8JsonWriter writer, JsonNode node)
    {
        switch (node)
        {
            case JsonObject map:
                writer.WriteStartObject();
                foreach (var (key, value) in map.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                {
                    if (value is null || (IsEmpty(value) && key != "emptyDir")) continue;
                    writer.WritePropertyName(key);
                    Write(writer, value);
                }

                writer.WriteEndObject();
                break;
            case JsonArray list:
                writer.WriteStartArray();
                foreach (var item in list.OfType<JsonNode>()) Write(writer, item);
                writer.WriteEndArray();
                break;
            default:
                WriteScalar(writer, node);
                break;
        }
    }

    /// <summary>Nothing is left of it once what is empty in it is left out.</summary>
    private static bool IsEmpty(JsonNode node) => node switch
    {
        JsonObject map => map.All(entry => entry.Value is null || (entry.Key != "emptyDir" && IsEmpty(entry.Value))),
        JsonArray list => list.Count == 0,
        _ => false,
    };

    private static void WriteScalar(Utf8JsonWriter writer, JsonNode node)
    {
        if (node.GetValueKind() is JsonValueKind.Number
            && decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            writer.WriteRawValue(number.ToString("0.############################", CultureInfo.InvariantCulture));
        else
            node.WriteTo(writer);
    }
}
