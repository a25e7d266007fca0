using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.StableCopy;

/// <summary>What of a workload, besides its pod template, the copy that exists has as well. None of it replaces a pod.</summary>
internal static class CopyFields
{
    private const int LongestName = 63;

    private static readonly string[] _fields = ["strategy", "minReadySeconds", "progressDeadlineSeconds", "revisionHistoryLimit"];

    /// <summary>The patch that gives the copy the workload's fields; empty: it has them.</summary>
    public static IEnumerable<JsonObject> Patch(JsonObject source, JsonObject copy)
    {
        foreach (var field in _fields)
        {
            var (wanted, there) = (Json.Object(source, "spec")?[field], Json.Object(copy, "spec")?[field]);
            if (JsonNode.DeepEquals(wanted, there)) continue;
            yield return wanted is null ? JsonPatchText.Remove("/spec/" + field) : JsonPatchText.Add("/spec/" + field, wanted.DeepClone());
        }
    }

    /// <summary>
    /// The patch that gives the Service of a side the ports that it lacks; empty: it has all. A port that is there stays as it is, since
    /// pods of the stable version listen behind it. A new port whose name is taken gets another name: clients and Istio know it by its
    /// number.
    /// </summary>
    /// <param name="side">The Service of a side.</param>
    /// <param name="clients">The Service that clients call; null: there is none.</param>
    public static IEnumerable<JsonObject> PatchPorts(JsonObject side, JsonObject? clients)
    {
        var there = Json.Objects(side, "spec", "ports").ToArray();
        if (clients is null || there.Length == 0) yield break;
        var wanted = Json.Objects(clients, "spec", "ports").ToArray();
        var missing = wanted.Where(port => !there.Any(known => Key(known) == Key(port))).DistinctBy(Key).ToArray();
        if (missing.Length == 0) yield break;
        var names = there.Select(port => Json.Text(port, "name")).OfType<string>().ToHashSet(StringComparer.Ordinal);
        // One port alone needs no name; two do.
        for (var index = 0; index < there.Length; index++)
        {
            if (Json.Text(there[index], "name") is null)
                yield return JsonPatchText.Add($"/spec/ports/{index}/name",
                    Free(wanted.FirstOrDefault(port => Key(port) == Key(there[index])) ?? there[index], names));
        }

        foreach (var port in missing)
        {
            var added = (JsonObject)port.DeepClone();
            added["name"] = Free(port, names);
            yield return JsonPatchText.Add("/spec/ports/-", added);
        }
    }

    /// <summary>The name of a port, or one like it that is free. It keeps its beginning, from which Istio reads the protocol, and stays a
    /// DNS label.</summary>
    private static string Free(JsonObject port, HashSet<string> taken)
    {
        var (number, protocol) = Key(port);
        if (Json.Text(port, "name") is { } own && taken.Add(own)) return own;
        var first = Json.Text(port, "name") ?? "port";
        foreach (var end in new[] { $"-{number}", $"-{number}-{protocol.ToLowerInvariant()}" }
            .Concat(Enumerable.Range(2, taken.Count + 1).Select(count => $"-{number}-{count}")))
        {
            var name = first[..Math.Min(first.Length, LongestName - end.Length)].TrimEnd('-') + end;
            if (taken.Add(name)) return name;
        }

        throw new UnreachableException();
    }

    private static (long? Port, string Protocol) Key(JsonObject port) =>
        (Json.Whole(port, "port"), Json.Text(port, "protocol") ?? "TCP");
}
