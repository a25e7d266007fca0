using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>Reads the body of an answer within the attempt, up to a length, and lets go of the connection; only what a watch says stays a
/// stream.</summary>
internal sealed class BodyHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var asked = ApiRequest.Of(request);
        var response = await base.SendAsync(request, cancel);
        if (asked.IsEndless && response.IsSuccessStatusCode) return response;
        try
        {
            var body = await AnswerBody.ReadAsync(response, asked.LongestAnswer, $"{request.Method} {request.RequestUri}", cancel);
            body.Headers.ContentType = response.Content.Headers.ContentType;
            response.Content.Dispose();
            response.Content = body;
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
