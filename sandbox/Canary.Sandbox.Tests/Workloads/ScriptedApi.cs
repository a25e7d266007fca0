using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Sandbox.Mesh.Proxy;
using Microsoft.AspNetCore.Http;

namespace Canary.Sandbox.Tests.Workloads;

/// <summary>A server without any controller: it holds documents by path, applies no finalizer, and writes down what is asked of
/// it.</summary>
internal sealed class ScriptedApi : IAsyncDisposable
{
    private readonly Dictionary<string, string> _documents = [];
    private readonly List<string> _writes = [];
    private LoopbackServer _server = null!;

    public ApiClient Client { get; private set; } = null!;

    /// <summary>Method, path and body of each write, in order.</summary>
    public IReadOnlyList<string> Writes
    {
        get
        {
            lock (_writes) return [.. _writes];
        }
    }

    public static async Task<ScriptedApi> StartAsync(params (string Path, string Document)[] documents)
    {
        var api = new ScriptedApi();
        foreach (var (path, document) in documents) api._documents[path] = document;
        api._server = await LoopbackServer.StartAsync(0, api.AnswerAsync, CancellationToken.None);
        api.Client = new ApiClient(new ApiServerConfiguration(new Uri($"http://{api._server.Address}")), TimeProvider.System);
        return api;
    }

    public void Set(string path, string document) => _documents[path] = document;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        if (http.Request.Method != "GET")
        {
            using var reader = new StreamReader(http.Request.Body);
            var body = JsonNode.Parse(await reader.ReadToEndAsync())!.AsObject();
            foreach (var name in new[] { "apiVersion", "kind" }) body.Remove(name);
            lock (_writes) _writes.Add($"{http.Request.Method} {path} {body.ToJsonString()}");
            await http.Response.WriteAsync("""{"kind":"Status","status":"Success"}""");
            return;
        }

        http.Response.ContentType = "application/json";
        http.Response.StatusCode = _documents.ContainsKey(path) ? 200 : 404;
        await http.Response.WriteAsync(_documents.GetValueOrDefault(path)
            ?? """{"kind":"Status","code":404,"reason":"NotFound","message":"not there"}""");
    }
}
