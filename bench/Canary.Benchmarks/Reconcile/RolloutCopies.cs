using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Benchmarks.Reconcile;

/// <summary>
/// Thousands of rollouts at rest, made of one that a controller has accepted: each object is copied under another name, with other uids,
/// and put into the store of the API server. To create and to accept ten thousand of them takes the better part of an hour.
/// </summary>
internal static class RolloutCopies
{
    private const string Asked = "copies.json";
    private const string Made = "copied";

    /// <summary>Has the process of the API server make them, and waits for it.</summary>
    /// <param name="folder">The folder of that process.</param>
    /// <param name="originals">All objects of rollout 0.</param>
    /// <param name="count">Number of rollouts, with the first one.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public static async Task AskAsync(string folder, IReadOnlyList<JsonObject> originals, int count, CancellationToken cancel)
    {
        var asked = new JsonObject
        {
            ["count"] = count,
            ["originals"] = new JsonArray([.. originals.Select(original => original.DeepClone())]),
        };
        var file = Path.Combine(folder, Asked);
        await File.WriteAllTextAsync(file + ".new", asked.ToJsonString(), cancel);
        File.Move(file + ".new", file);
        while (!File.Exists(Path.Combine(folder, Made))) await Task.Delay(200, cancel);
    }

    /// <summary>Makes them in the store of this process once they are asked for.</summary>
    public static async Task MakeAsync(ApiServerHost server, string folder, CancellationToken cancel)
    {
        var file = Path.Combine(folder, Asked);
        while (!File.Exists(file)) await Task.Delay(200, cancel);
        var asked = JsonNode.Parse(await File.ReadAllTextAsync(file, cancel))!;
        JsonObject[] originals = [.. asked["originals"]!.AsArray().OfType<JsonObject>()];
        server.Restore(Enumerable.Range(1, (int)asked["count"]! - 1).SelectMany(number => Copy(originals, number)));
        await File.WriteAllTextAsync(Path.Combine(folder, Made), "", cancel);
    }

    private static IEnumerable<JsonObject> Copy(JsonObject[] originals, int number)
    {
        string[] uids = [.. originals.Select(Documents.Uid)];
        foreach (var original in originals)
        {
            var text = original.ToJsonString()
                .Replace(RolloutDocuments.NameOf(0), RolloutDocuments.NameOf(number))
                .Replace(RolloutDocuments.NamespaceOf(0), RolloutDocuments.NamespaceOf(number));
            foreach (var uid in uids) text = text.Replace(uid, $"{uid[..^8]}{number:x8}");
            var copy = JsonNode.Parse(text)!.AsObject();
            // The pods are those of the original, so that the revision that was accepted is still the one that runs.
            foreach (var field in new[] { "template", "selector" })
            {
                if (original["spec"]?[field] is { } same) copy["spec"]![field] = same.DeepClone();
            }

            yield return copy;
        }
    }
}
