using System;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>The sockets where a program hands out client certificates: made anew with each certificate, because a connection keeps the one
/// that it was made with.</summary>
/// <remarks>
/// What is on its way ends on the former connections: kubectl closes them, and a write would be lost with them. They end by themselves when
/// nobody uses them.
/// </remarks>
internal sealed class ProgramSockets(Func<SocketsHttpHandler> make) : DelegatingHandler
{
    private HttpMessageInvoker _current = new(make());

    /// <summary>The next request goes over a new connection.</summary>
    public void Renew() => Volatile.Write(ref _current, new HttpMessageInvoker(make()));

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel) =>
        Volatile.Read(ref _current).SendAsync(request, cancel);

    protected override void Dispose(bool disposing)
    {
        _current.Dispose();
        base.Dispose(disposing);
    }
}
