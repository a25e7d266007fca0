using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Canary.Sandbox.Mesh.Routing;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Canary.Sandbox.Mesh.Proxy;

/// <summary>What a route changes in a request on its way to a pod, and in the answer on its way back.</summary>
internal sealed class PodTransformer(MeshRequest request, Uri target, string authority, IReadOnlyList<HeaderChanges> changes)
    : HttpTransformer
{
    /// <summary>What changes in the answer.</summary>
    public IReadOnlyList<HeaderChanges> AnswerChanges { get; init; } = [];

    /// <summary>Says of the status of an answer whether the client gets it. Default: every answer.</summary>
    public Func<int, bool> Passes { get; init; } = _ => true;

    /// <summary>Of the pod's answer; null: none has come.</summary>
    public int? Status { get; private set; }

    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest,
        string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        proxyRequest.RequestUri = target;
        proxyRequest.Headers.Host = authority;
        foreach (var name in MeshRequest.Added) Set(proxyRequest, name, request.Headers[name]);
        foreach (var change in changes)
        {
            foreach (var name in change.Remove) Remove(proxyRequest, name);
            foreach (var (name, value) in change.Set) Set(proxyRequest, name, value);
            foreach (var (name, value) in change.Add) Append(proxyRequest, name, value);
        }
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse,
        CancellationToken cancellationToken)
    {
        if (proxyResponse is null) return false;
        Status = (int)proxyResponse.StatusCode;
        if (!Passes((int)proxyResponse.StatusCode)) return false;
        await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        var headers = httpContext.Response.Headers;
        headers["server"] = "envoy";
        foreach (var change in AnswerChanges)
        {
            foreach (var name in change.Remove) headers.Remove(name);
            foreach (var (name, value) in change.Set) headers[name] = value;
            foreach (var (name, value) in change.Add) headers.Append(name, value);
        }

        return true;
    }

    private static void Set(HttpRequestMessage message, string name, string value)
    {
        Remove(message, name);
        Append(message, name, value);
    }

    private static void Append(HttpRequestMessage message, string name, string value)
    {
        if (!message.Headers.TryAddWithoutValidation(name, value)) message.Content?.Headers.TryAddWithoutValidation(name, value);
    }

    private static void Remove(HttpRequestMessage message, string name)
    {
        if (message.Headers.NonValidated.Contains(name)) message.Headers.Remove(name);
        else if (message.Content?.Headers.NonValidated.Contains(name) == true) message.Content.Headers.Remove(name);
    }
}
