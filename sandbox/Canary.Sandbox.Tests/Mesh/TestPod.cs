using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Sandbox.Mesh.Proxy;
using Canary.Sandbox.Workloads.Pods;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Canary.Sandbox.Tests.Mesh;

/// <summary>A pod with a server of its own that answers with its name and what it was asked.</summary>
internal sealed class TestPod(string name, string workload, string labels) : IAsyncDisposable
{
    private LoopbackServer? _server;
    private string? _deadAddress;

    public ConcurrentQueue<string> Received { get; } = new();

    /// <summary>Answers instead of the echo; gets the number of the request, from 1.</summary>
    public Func<HttpContext, int, Task>? Answer { get; init; }

    public bool IsReady { get; init; } = true;

    /// <summary>A pod that the mesh takes for alive and that does not listen.</summary>
    public bool IsDead { get; init; }

    public async Task StartAsync()
    {
        _server = await LoopbackServer.StartAsync(0, EchoAsync, CancellationToken.None);
        if (!IsDead) return;
        _deadAddress = _server.Address;
        await _server.DisposeAsync();
    }

    public JsonObject Document(int index) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["namespace"] = "shop",
            ["uid"] = $"uid-{name}",
            ["labels"] = new JsonObject(labels.Split(',').Select(pair => pair.Split('=')).Append(["pod-template-hash", "abc"])
                .Select(pair => new KeyValuePair<string, JsonNode?>(pair[0], pair[1]))),
            ["annotations"] = new JsonObject { [PodNetwork.AddressAnnotation] = _deadAddress ?? _server!.Address },
            ["ownerReferences"] =
                new JsonArray(new JsonObject { ["kind"] = "ReplicaSet", ["name"] = $"{workload}-abc", ["controller"] = true }),
        },
        ["status"] = new JsonObject
        {
            ["phase"] = "Running",
            ["podIP"] = $"10.244.0.{index + 1}",
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = IsReady ? "True" : "False" }),
        },
    };

    public async ValueTask DisposeAsync()
    {
        if (_server is not null && !IsDead) await _server.DisposeAsync();
    }

    private async Task EchoAsync(HttpContext http)
    {
        var echo =
            $"{name} {http.Request.Method} {http.Request.Host} {http.Request.GetEncodedPathAndQuery()} x-added="
                + $"{http.Request.Headers["x-added"]} x-gone={http.Request.Headers["x-gone"]}";
        Received.Enqueue(echo);
        if (Answer is not null)
        {
            await Answer(http, Received.Count);
            return;
        }

        http.Response.Headers["x-pod"] = name;
        using var reader = new System.IO.StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync();
        await http.Response.WriteAsync(body.Length == 0 ? echo : $"{echo} body={body}");
    }
}
