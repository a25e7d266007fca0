using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Mapping;

namespace Canary.Kubernetes.Workloads;

/// <summary>The revision of a workload: a hash of its pod template.</summary>
/// <remarks>
/// Version 1: SHA-256 of canonical JSON (members sorted, numbers normalised), of which ten hexadecimal digits are shown. Without the labels that the two sides
/// are told apart by, without null, and without empty maps and lists, which servers and clients add and drop at will (an <c>emptyDir</c> stays). All that the
/// user can change is in it, also the annotation of <c>kubectl rollout restart</c>: a restart is a change, as in Argo Rollouts.
/// A later version must tell the revisions of this one from its own: an upgrade starts no rollout.
/// </remarks>
internal static class TemplateHash
{
    private const int Shown = 10;

    /// <param name="template">The pod template.</param>
    /// <param name="selecting">Labels that the sides select by.</param>
    public static string Of(JsonObject template, IReadOnlySet<string> selecting)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write("v1\n"u8);
        using (var writer = new Utf8JsonWriter(buffer)) Write(writer, WithoutLabels(template, selecting));
        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan))[..Shown];
    }

    /// <summary>A copy of the template without these labels.</summary>
    public static JsonObject WithoutLabels(JsonObject template, IReadOnlySet<string> labels)
    {
        var copy = (JsonObject)template.DeepClone();
        if (Json.Object(copy, "metadata", "labels") is not { } map) return copy;
        foreach (var label in labels) map.Remove(label);
        return copy;
    }

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
        if (node.GetValueKind() is JsonValueKind.Number && decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            writer.WriteRawValue(number.ToString("0.############################", CultureInfo.InvariantCulture));
        else
            node.WriteTo(writer);
    }
}
