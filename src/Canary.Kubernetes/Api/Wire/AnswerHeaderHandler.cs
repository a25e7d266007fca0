using System;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Credentials;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>Hands on what an answer says beside its body: warnings, and the server's clock.</summary>
internal sealed class AnswerHeaderHandler(ApiClientOptions options, TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        var response = await base.SendAsync(request, cancel);
        Warn(request, response);
        if (response.Headers.Date is { } serverTime) options.ServerTimeHeard?.Invoke(serverTime, time.GetElapsedTime(started));
        return response;
    }

    /// <summary>A warning is <c>299 - "text"</c>.</summary>
    private void Warn(HttpRequestMessage request, HttpResponseMessage response)
    {
        if (options.Warned is not { } warned || !response.Headers.NonValidated.TryGetValues("Warning", out var values)) return;
        var secrets = AuthorizationSecrets.Redaction(request);
        foreach (var value in values)
        {
            var (first, last) = (value.IndexOf('"'), value.LastIndexOf('"'));
            warned(secrets.Apply(last > first ? value[(first + 1)..last].Replace("\\\"", "\"") : value));
        }
    }
}
