using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using Canary.Sandbox.Mesh.Routing;
using Microsoft.AspNetCore.Http;

namespace Canary.Sandbox.Mesh.Proxy;

/// <summary>Turns requests and answers from one side of the proxy to the other.</summary>
internal static class Outbound
{
    private static readonly FrozenSet<string> HopByHop = new[]
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding",
        "Upgrade",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static Dictionary<string, string> HeadersOf(HttpRequest request)
    {
        var headers =
            request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        headers.TryAdd("x-request-id", Guid.NewGuid().ToString());
        headers["x-forwarded-proto"] = request.Scheme;
        return headers;
    }

    /// <summary>The request as it goes to a pod.</summary>
    public static HttpRequestMessage Build(MeshRequest request, string address, string target, string authority,
        IEnumerable<HeaderChanges> changes,
        RequestBody body)
    {
        var uri = new Uri($"http://{address}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var message = new HttpRequestMessage(new HttpMethod(request.Method), uri) { Content = body.ToContent() };
        foreach (var (name, value) in Changed(request.Headers, changes))
        {
            if (HopByHop.Contains(name) || name.Equals("Host", StringComparison.OrdinalIgnoreCase)) continue;
            if (!message.Headers.TryAddWithoutValidation(name, value)) message.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        message.Headers.Host = authority;
        return message;
    }

    public static void CopyHeaders(HttpResponseMessage answer, HttpResponse response, IEnumerable<HeaderChanges> changes)
    {
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (!HopByHop.Contains(name)) response.Headers[name] = values.ToArray();
        }

        response.Headers["server"] = "envoy";
        foreach (var change in changes)
        {
            foreach (var name in change.Remove) response.Headers.Remove(name);
            foreach (var (name, value) in change.Set) response.Headers[name] = value;
            foreach (var (name, value) in change.Add) response.Headers.Append(name, value);
        }
    }

    private static Dictionary<string, string> Changed(IReadOnlyDictionary<string, string> headers, IEnumerable<HeaderChanges> changes)
    {
        var changed = new Dictionary<string, string>(headers, StringComparer.OrdinalIgnoreCase);
        foreach (var change in changes)
        {
            foreach (var name in change.Remove) changed.Remove(name);
            foreach (var (name, value) in change.Set) changed[name] = value;
            foreach (var (name, value) in change.Add) changed[name] = changed.TryGetValue(name, out var before) ? $"{before},{value}"
                : value;
        }

        return changed;
    }
}
