using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Http;
using Canary.ApiServer.Reading;

namespace Canary.ApiServer.Tests.Replay;

/// <summary>Knows which writes of the recorder are not among the lines, and makes them up from what the lines show.</summary>
internal sealed partial class UnrecordedWrites(Preparation preparation, Placeholders placeholders, ApiServerHost host,
    IReadOnlyList<Recorded> lines)
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private const string Merge = "application/merge-patch+json";

    /// <summary>Namespaces and definitions that were there before the first line.</summary>
    public async Task FurnishAsync(CancellationToken cancel)
    {
        var created = lines.Where(l => l is { Status: 201, Method: "PATCH" }).Select(l => l.Path.Split('/')[^1]).ToList();
        var names = lines.SelectMany(l => NamespacePart().Matches(l.Path).Select(m => m.Groups["name"].Value)).Append("rec-list-b")
            .Distinct();
        foreach (var name in names.Where(n => n is not ("rec-no-such-ns" or "default" or "kube-system") && !created.Contains(n)))
        {
            var body = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } };
            await preparation.SendAsync("POST", "/api/v1/namespaces", "application/json", body, cancel);
        }

        if (lines[0].File.StartsWith("01", StringComparison.Ordinal))
            return;

        await preparation.SendAsync("POST", Definitions, "application/json", Documents.Recording.Definition(), cancel);
        await preparation.SendAsync("POST", Definitions, "application/json", Template(), cancel);
        var istio = Path.Combine(RecordingFiles.Folder, "virtualservice-definition.yaml");
        await preparation.SendAsync("POST", Definitions, "application/json",
            YamlAnswer.Parse(await File.ReadAllTextAsync(istio, cancel)).Root!, cancel);
    }

    public async Task BeforeAsync(Recorded line, CancellationToken cancel)
    {
        foreach (var write in UnrecordedScripts.Of(line.Id))
            await RunAsync(write, cancel);
        if (line.IsWatch)
            await BeforeWatchAsync(line, cancel);
        if (line.IsWatch || line.Status >= 400 || RequestTarget.Parse(line.Path) is not RequestTarget.Resource target)
            return;

        var collection = CollectionPath(line.Path, target);
        if (target.Name.Length == 0)
        {
            if (line.Method is "GET" or "DELETE" && !line.Query.ContainsKey("continue"))
            {
                foreach (var item in Preparation.ObjectsOf(line.Answer))
                    await CreateItemAsync(collection, target, item, cancel);
            }

            return;
        }

        if (line.Status != 201 && line.Method != "POST")
            await EnsureAsync(line, collection, target, cancel);
    }

    /// <summary>Does what made the recorded events happen.</summary>
    public async Task DuringWatchAsync(Recorded line, IReadOnlyList<JsonObject> events, CancellationToken cancel)
    {
        if (events.Count == 0 || UnrecordedScripts.HappenedBefore.Contains(line.Id))
            return;

        await Task.Delay(150, cancel);
        foreach (var told in events)
        {
            var obj = (JsonObject)told["object"]!;
            if (obj["kind"]?.ToString() == "Table")
                obj = (JsonObject)obj["rows"]![0]!["object"]!;
            if (obj["metadata"]?["name"]?.ToString() is not { } name)
                continue;
            var ns = obj["metadata"]!["namespace"]?.ToString() ?? "";
            var root = ns.Length == 0 || line.Path.Contains("/namespaces/", StringComparison.Ordinal) ? line.Path
                : line.Path.Insert(line.Path.LastIndexOf('/'), $"/namespaces/{ns}");
            await MakeAsync(told["type"]!.ToString(), $"{root}/{name}", obj, line.Query.ContainsKey("labelSelector"), cancel);
        }
    }

    /// <summary>What a watch shows at once was there before it.</summary>
    private async Task BeforeWatchAsync(Recorded line, CancellationToken cancel)
    {
        var times = (line.Stream!["eventAtSeconds"] as JsonArray ?? []).Select(t => t!.GetValue<double>()).ToList();
        var present = (line.Answer as JsonArray ?? []).OfType<JsonObject>()
            .Where((e, i) => e["type"]?.ToString() == "ADDED" && i < times.Count && times[i] <= 0.3).Select(e => (JsonObject)e["object"]!);
        if (line.Query.GetValueOrDefault("resourceVersion") is { } version && version.StartsWith('<'))
            return;
        foreach (var obj in present.Where(o => o["metadata"]?["namespace"] is not null)
            .OrderBy(o => Preparation.Number(o["metadata"]!["resourceVersion"]!.ToString())))
        {
            var path = line.Path.Replace("/watch/", "/", StringComparison.Ordinal);
            await CreateItemAsync(path, (RequestTarget.Resource)RequestTarget.Parse(line.Path), obj, cancel);
            if (obj["kind"]?.ToString() == "Deployment")
                await preparation.WriteStatusAsync($"{path}/{obj["metadata"]!["name"]}", obj, cancel);
        }
    }

    private async Task MakeAsync(string type, string path, JsonObject obj, bool isSelective, CancellationToken cancel)
    {
        var live = await preparation.FindAsync(path, cancel);
        if (type == "DELETED" && isSelective)
            await preparation.SendAsync("PATCH", path, Merge,
                new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = "other" } } }, cancel);
        else if (type == "DELETED" && live?["metadata"]?["finalizers"] is not null)
            await preparation.SendAsync("PATCH", path, Merge, new JsonObject { ["metadata"] = new JsonObject { ["finalizers"] = null } },
                cancel);
        else if (type == "DELETED")
            await preparation.SendAsync("DELETE", path, "application/json", null, cancel);
        else if (obj["kind"]?.ToString() == "PartialObjectMetadata")
            await preparation.SendAsync("PATCH", path, Merge,
                new JsonObject
                {
                    ["spec"] = new JsonObject
                    {
                        ["replicas"] =
                    11 + Preparation.Number(obj["metadata"]?["resourceVersion"]?.ToString()) % 7
                    }
                }, cancel);
        else if (type == "MODIFIED" || live is not null)
            await preparation.WriteAsync(path, obj, cancel);
        else
            await preparation.CreateAsync(path[..path.LastIndexOf('/')], obj, cancel);
    }

    private async Task EnsureAsync(Recorded line, string collection, RequestTarget.Resource target, CancellationToken cancel)
    {
        var path = $"{collection}/{placeholders.Fill(target.Name)}";
        var answer = line.Answer as JsonObject;
        var isObject = answer?["metadata"]?["name"] is not null
            && answer["kind"]?.ToString() is not ("Scale" or "Table" or "PartialObjectMetadata");
        if (await preparation.FindAsync(path, cancel) is null)
            await preparation.CreateAsync(collection, isObject ? Before(answer!)
                : Default(target, placeholders.Fill(target.Name)), cancel, line.Method == "GET");
        if (isObject && UnrecordedScripts.WrittenByControllers.Contains(line.Id))
        {
            await preparation.WriteStatusAsync(path, answer!, cancel);
            await preparation.LearnAsync(path, answer!, line.Method == "GET", cancel);
            // A replace was made of what had been read just before.
            if (line.Method == "PUT" && line.Body is JsonObject body)
                await preparation.LearnAsync(path, body, true, cancel);
        }
    }

    private static JsonObject Before(JsonObject answer)
    {
        var before = (JsonObject)answer.DeepClone();
        if (before["metadata"]?["finalizers"] is JsonArray finalizers && finalizers.Count == 1
            && finalizers[0]!.ToString() is "foregroundDeletion" or "orphan")
            ((JsonObject)before["metadata"]!).Remove("finalizers");
        return before;
    }

    private async Task CreateItemAsync(string collection, RequestTarget.Resource target, JsonObject item, CancellationToken cancel)
    {
        var name = item["metadata"]?["name"]?.ToString() ?? "";
        var ns = item["metadata"]?["namespace"]?.ToString();
        if (ns is null && target.Namespace.Length == 0 && target.Plural == "rollouts")
            return;
        var home = target.Namespace.Length > 0 || ns is null ? collection
            : collection.Insert(collection.LastIndexOf('/'), $"/namespaces/{ns}");
        if (await preparation.FindAsync($"{home}/{placeholders.Fill(name)}", cancel) is null)
            await preparation.CreateAsync(home, item.ContainsKey("spec") || item.ContainsKey("data") || item.Count > 1 ? item
                : Default(target, name), cancel, isVersionKnown: true);
    }

    private static JsonObject Default(RequestTarget.Resource target, string name) => target.Plural switch
    {
        "rollouts" => new JsonObject
        {
            ["apiVersion"] = "canary.delivery/v1alpha1",
            ["kind"] = "Rollout",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject { ["workload"] = new JsonObject { ["name"] = "checkout" } },
        },
        "deployments" => UnrecordedScripts.Deployment(name),
        _ => new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["data"] = new JsonObject { ["a"] = "1" } },
    };

    private async Task RunAsync(UnrecordedScripts.Write write, CancellationToken cancel)
    {
        switch (write.Method)
        {
            case "COMPACT":
                host.Compact();
                break;
            case "LEARN":
                await preparation.LearnAsync(write.Path, (JsonObject)write.Body!, true, cancel);
                break;
            case "NOW":
                placeholders.Bind(write.Path, await NowAsync(cancel));
                break;
            case "TOKEN":
                placeholders.Bind(write.Path,
                    new ContinueToken(long.Parse(await NowAsync(cancel), CultureInfo.InvariantCulture), write.Body!.ToString()).ToString());
                break;
            case "ANSWER":
                var answer = (JsonObject)lines[write.Body!.GetValue<int>()].Answer!.DeepClone();
                answer.Remove("status");
                await preparation.CreateAsync(write.Path, answer, cancel);
                break;
            case "TIGHTEN":
                await SchemaAsync(
                    """[{"op":"replace","path":"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/replicas/maximum","value":10},{"op":"add","path":"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/late","value":{"type":"string","default":"late"}}]""", cancel);
                break;
            case "LOOSEN":
                await SchemaAsync(
                    """[{"op":"replace","path":"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/replicas/maximum","value":100},{"op":"remove","path":"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/late"}]""", cancel);
                break;
            case "ITEMS":
                foreach (var line in lines.Where(l => l.Path == write.Path && l.Answer?["items"] is not null
                    && !l.Answer.AsObject().ContainsKey("_note")).OrderBy(l => l.Number).ToList())
                {
                    foreach (var item in Preparation.ObjectsOf(line.Answer)
                        .Where(i => Preparation.Number(i["metadata"]?["resourceVersion"]?.ToString()) <= write.Body!.GetValue<int>()))
                        await CreateItemAsync(write.Path, (RequestTarget.Resource)RequestTarget.Parse(write.Path), item, cancel);
                }

                break;
            default:
                await preparation.SendAsync(write.Method, placeholders.Fill(write.Path), write.Method == "PATCH" ? Merge
                    : "application/json", placeholders.Fill(write.Body), cancel);
                break;
        }
    }

    private async Task<string> NowAsync(CancellationToken cancel) =>
        (await preparation.SendAsync("GET", "/api/v1/namespaces", "application/json", null,
            cancel))["metadata"]!["resourceVersion"]!.ToString();

    private Task SchemaAsync(string patch, CancellationToken cancel) =>
        preparation.SendAsync("PATCH", $"{Definitions}/rollouts.canary.delivery", "application/json-patch+json", JsonNode.Parse(patch),
            cancel);

    private static string CollectionPath(string path, RequestTarget.Resource target)
    {
        var end = target.Subresource.Length > 0 ? path[..^(target.Subresource.Length + 1)] : path;
        return target.Name.Length > 0 ? end[..end.LastIndexOf('/')] : end;
    }

    private static JsonNode Template() => JsonNode.Parse(
        """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"clusteranalysistemplates.canary.delivery"},
         "spec":{"group":"canary.delivery","scope":"Cluster","names":{"plural":"clusteranalysistemplates","singular":"clusteranalysistemplate","kind":"ClusterAnalysisTemplate","shortNames":["cat"]},
          "versions":[{"name":"v1alpha1","served":true,"storage":true,"selectableFields":[{"jsonPath":".spec.provider"}],
           "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"provider":{"type":"string"},"query":{"type":"string"}}},
            "status":{"type":"object","properties":{"phase":{"type":"string"}}}}}}}]}}
        """)!;

    [GeneratedRegex("/namespaces/(?<name>[a-z0-9-]+)")]
    private static partial Regex NamespacePart();
}
