using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Fuzzing;

namespace Canary.Kubernetes.Tests.Fuzzing;

/// <summary>
/// An API server of pods whose watches end in the middle of a line or of a character, hold lines twice, lines of rubbish, ERROR events and
/// objects of other kinds; or do not begin at all. Its lists are right, and what a line says of a pod is true.
/// </summary>
internal sealed class CutServer(Mutator mutator) : HttpMessageHandler
{
    private static readonly string[] Rubbish =
    [
        "{", "null", "[]", "{}", "7", "", "   ", "{\"type\":\"ADDED\"}", "{\"type\":\"ADDED\",\"object\":null}",
        "{\"type\":\"ADDED\",\"object\":[]}", "{\"type\":\"NEW\",\"object\":{}}", "{\"object\":{}}",
        "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Service\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"x\",\"namespace\":\"shop\",\"resourceVersion\":\"900000\"}}}",
        "{\"type\":\"MODIFIED\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{}}}",
        "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":7}}",
        "{\"type\":\"DELETED\",\"object\":{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"items\":[]}}",
        "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":410}}",
        "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"reason\":\"Expired\",\"code\":410,\"message\":\"too old resource version\"}}",
        "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"reason\":\"InternalError\",\"code\":500,\"message\":\"etcd\"}}", "{\"type\":\"ERROR\",\"object\":{}}",
        "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Pod\",\"metadata\":{}}}",
        "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Pod\",\"metadata\":{\"resourceVersion\":\"abc\"}}}",
        "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Pod\",\"metadata\":{\"resourceVersion\":7}}}",
        "<html><body>502 Bad Gateway</body></html>", "{\"type\":\"ADDED\",\"type\":\"DELETED\",\"object\":{}}",
        "{\"type\":\"\\ud800\",\"object\":{}}", "\0\0\0", new('x', 100_000),
    ];

    private readonly SortedDictionary<string, JsonObject> _pods = new(StringComparer.Ordinal);
    private readonly List<(long Version, string Line)> _history = [];
    private long _version = 100;
    private int _uids;

    /// <summary>Whether anything goes wrong.</summary>
    public bool IsFaulty { get; set; } = true;

    /// <summary>Watches that were asked for.</summary>
    public int Watches { get; private set; }

    /// <summary>What went wrong, by kind.</summary>
    public int Faults { get; private set; }

    public IReadOnlyList<string> State => [.. _pods.Values.Select(Shown)];

    public static string Shown(JsonObject pod) =>
        $"{pod["metadata"]!["name"]} {pod["metadata"]!["uid"]} {pod["metadata"]!["resourceVersion"]} {pod["metadata"]!["labels"]}";

    /// <summary>Somebody makes, changes or deletes a pod.</summary>
    public void Change()
    {
        var name = $"pod-{mutator.Number(6)}";
        if (!_pods.TryGetValue(name, out var pod))
        {
            pod = new JsonObject
            {
                ["kind"] = "Pod",
                ["apiVersion"] = "v1",
                ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "shop", ["uid"] = $"uid-{++_uids}" }
            };
            Tell("ADDED", pod);
        }
        else if (mutator.Number(3) == 0)
        {
            Tell("DELETED", pod);
            _pods.Remove(name);
            return;
        }
        else
        {
            pod = (JsonObject)pod.DeepClone();
            pod["metadata"]!["labels"] = new JsonObject { ["x"] = mutator.Pick(["ü", "€uro", "😀", new string('é', 5_000), "a\nb"]) };
            Tell("MODIFIED", pod);
        }

        _pods[name] = pod;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var query = request.RequestUri!.Query.TrimStart('?').Split('&').Select(part => part.Split('=', 2))
            .ToDictionary(part => part[0], part => Uri.UnescapeDataString(part[^1]));
        if (!query.ContainsKey("watch"))
            return Task.FromResult(Answer(200, new MemoryStream(Encoding.UTF8.GetBytes(List().ToJsonString()))));
        Watches++;
        if (Watches > 10_000) throw new InvalidOperationException("watches are repeated without a pause");
        if (IsFaulty && mutator.Number(6) == 0)
        {
            Faults++;
            if (mutator.Number(2) == 0) throw new HttpRequestException(HttpRequestError.ResponseEnded);
            var code = mutator.Pick([410, 500, 503, 429, 404, 200]);
            return Task.FromResult(Answer(code,
                new MemoryStream(
                    Encoding.UTF8.GetBytes(code == 200 ? "<html>" : $"{{\"kind\":\"Status\",\"status\":\"Failure\",\"code\":{code}}}"))));
        }

        if (!long.TryParse(query.GetValueOrDefault("resourceVersion"), NumberStyles.None, CultureInfo.InvariantCulture, out var since))
            return Task.FromResult(Answer(400, Status(400, "BadRequest", "the resource version is none")));
        if (since > _version) return Task.FromResult(Answer(504, Status(504, "Timeout", "Too large resource version")));
        var lines = _history.Where(one => one.Version > since).Select(one => one.Line).ToList();
        return Task.FromResult(
            Answer(200, IsFaulty && mutator.Number(4) > 0 ? Cut(lines) : new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(lines)))));
    }

    private static MemoryStream Status(int code, string reason, string message) =>
        new(Encoding.UTF8.GetBytes(new JsonObject
        {
            ["kind"] = "Status",
            ["status"] = "Failure",
            ["code"] = code,
            ["reason"] = reason,
            ["message"] = message
        }.ToJsonString()));

    private static HttpResponseMessage Answer(int code, Stream body) =>
        new((HttpStatusCode)code) { Content = new StreamContent(body) { Headers = { ContentType = new("application/json") } } };

    private MemoryStream Cut(List<string> lines)
    {
        Faults++;
        if (mutator.Number(3) == 0) lines = [.. lines.SelectMany(line => new[] { line, line })];
        if (mutator.Number(2) == 0) lines.Insert(mutator.Number(lines.Count + 1), mutator.Pick(Rubbish) + "\n");
        var bytes = Encoding.UTF8.GetBytes(string.Concat(lines));
        if (bytes.Length == 0) return new MemoryStream(bytes);
        switch (mutator.Number(5))
        {
            case 0:
                bytes = bytes[..mutator.Number(bytes.Length)];
                break;
            case 1 when Array.FindIndex(bytes, one => one >= 0xC0) is >= 0 and var half:
                bytes = bytes[..(half + 1)];
                break;
            case 2:
                return new BrokenStream(bytes[..mutator.Number(bytes.Length)]);
            case 3:
                // No UTF-8 in what is between two lines: what a line says stays true.
                bytes = [.. bytes, 0xFF, 0xC3, (byte)'\n'];
                break;
        }

        return new MemoryStream(bytes);
    }

    private JsonObject List() => new()
    {
        ["kind"] = "PodList",
        ["metadata"] = new JsonObject { ["resourceVersion"] = _version.ToString(CultureInfo.InvariantCulture) },
        ["items"] = new JsonArray([.. _pods.Values.Select(pod => pod.DeepClone())]),
    };

    private void Tell(string type, JsonObject pod)
    {
        pod["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        _history.Add((_version, new JsonObject { ["type"] = type, ["object"] = pod.DeepClone() }.ToJsonString() + "\n"));
    }

    /// <summary>The connection breaks behind these bytes.</summary>
    private sealed class BrokenStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("connection reset by peer");
    }
}
