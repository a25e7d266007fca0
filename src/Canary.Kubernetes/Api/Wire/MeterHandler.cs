using System;
using System.Globalization;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>Counts and times every attempt; a watch until it began.</summary>
internal sealed class MeterHandler(TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var asked = ApiRequest.Of(request);
        var started = time.GetTimestamp();
        var code = "error";
        try
        {
            var response = await base.SendAsync(request, cancel);
            code = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            return response;
        }
        finally
        {
            ApiMetrics.Record(asked.Verb, asked.Resource, code, time.GetElapsedTime(started).TotalSeconds);
        }
    }
}
