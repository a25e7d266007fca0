using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>The end of the handlers where requests go another way than through sockets: the library always puts its own below.</summary>
internal sealed class ServerHandler(HttpMessageHandler server) : DelegatingHandler
{
    private readonly HttpMessageInvoker _server = new(server, disposeHandler: true);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel) =>
        _server.SendAsync(request, cancel);

    protected override void Dispose(bool disposing)
    {
        _server.Dispose();
        base.Dispose(disposing);
    }
}
