using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.StableCopy;

/// <summary>What of a workload, besides its pod template, the copy that exists has as well. None of it replaces a pod.</summary>
internal static class CopyFields
{
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
    /// pods of the stable version listen behind it.
    /// </summary>
    /// <param name="side">The Service of a side.</param>
    /// <param name="clients">The Service that clients call; null: there is none.</param>
    public static IEnumerable<JsonObject> PatchPorts(JsonObject side, JsonObject? clients)
    {
        var there = Json.Objects(side, "spec", "ports").ToArray();
        if (clients is null || there.Length == 0) yield break;
        var wanted = Json.Objects(clients, "spec", "ports").ToArray();
        var names = there.Select(port => Json.Text(port, "name")).OfType<string>().ToHashSet();
        var missing = wanted.Where(port => !there.Any(known => Key(known) == Key(port))
            && (Json.Text(port, "name") is not { } name || names.Add(name))).ToArray();
        if (missing.Length == 0) yield break;
        // One port alone needs no name; two do.
        for (var index = 0; index < there.Length; index++)
        {
            if (Json.Text(there[index], "name") is null
                && wanted.FirstOrDefault(port => Key(port) == Key(there[index])) is { } same && Json.Text(same, "name") is { } name)
                yield return JsonPatchText.Add($"/spec/ports/{index}/name", name);
        }

        foreach (var port in missing) yield return JsonPatchText.Add("/spec/ports/-", port.DeepClone());
    }

    private static (long? Port, string Protocol) Key(JsonObject port) =>
        (Json.Whole(port, "port"), Json.Text(port, "protocol") ?? "TCP");
}
