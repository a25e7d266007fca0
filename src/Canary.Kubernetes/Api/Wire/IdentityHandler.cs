using System;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using k8s.Authentication;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>Says who we are with every attempt, and once more with fresh credentials where the server does not know us.</summary>
/// <param name="credentials">Credentials of the library; null for none.</param>
/// <param name="forget">Drops what the server refused. False where the next credentials would be the same.</param>
internal sealed class IdentityHandler(ServiceClientCredentials? credentials, Func<bool> forget) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        for (var isSecond = false; ; isSecond = true)
        {
            if (credentials is not null) await credentials.ProcessHttpRequestAsync(request, cancel);
            var response = await base.SendAsync(request, cancel);

            // 401 proves that nothing was done: fresh credentials may be better, once.
            if (response.StatusCode != HttpStatusCode.Unauthorized || isSecond || !forget()) return response;
            response.Dispose();
        }
    }
}
