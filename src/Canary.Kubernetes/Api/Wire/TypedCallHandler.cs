using System;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>Makes what goes wrong with a call of the library's the same <see cref="ApiException"/> as elsewhere; ours are told by the
/// transport.</summary>
/// <param name="refusal">What a refusal says.</param>
/// <param name="unanswered">What went wrong on the way; null where it is not a matter of the way.</param>
internal sealed class TypedCallHandler(
    Func<HttpRequestMessage, HttpResponseMessage, ApiException> refusal, Func<HttpRequestMessage, Exception, ApiException?> unanswered)
    : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        if (!ApiRequest.IsTyped(request)) return await base.SendAsync(request, cancel);
        try
        {
            var response = await base.SendAsync(request, cancel);
            if (response.IsSuccessStatusCode) return response;
            using (response) throw refusal(request, response);
        }
        catch (Exception problem) when (unanswered(request, problem) is { } told)
        {
            throw told;
        }
    }
}
