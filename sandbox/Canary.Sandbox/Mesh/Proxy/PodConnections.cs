using System;
using System.Net.Http;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace Canary.Sandbox.Mesh.Proxy;

/// <summary>The connections of one proxy to the pods, and YARP's forwarder, which copies requests and answers.</summary>
internal sealed class PodConnections : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().AddHttpForwarder().BuildServiceProvider();

    public IHttpForwarder Forwarder => _services.GetRequiredService<IHttpForwarder>();

    public HttpMessageInvoker Invoker { get; } = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
    });

    /// <summary>Where a target of a request is in a pod, as it was sent.</summary>
    public static Uri Place(string address, string target) =>
        new($"http://{address}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    public void Dispose()
    {
        Invoker.Dispose();
        _services.Dispose();
    }
}
