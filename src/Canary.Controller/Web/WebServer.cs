using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Canary.Controller.Web;

/// <summary>Kestrel with the least that serves three pages and a webhook.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IPEndPoint _address;

    public WebServer(IPEndPoint address, HealthPages pages, ILoggerFactory logs)
    {
        _address = address;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(address);
        });
        builder.Services.AddSingleton(logs);
        // Signals are the process's own business.
        builder.Services.AddSingleton<Microsoft.Extensions.Hosting.IHostLifetime, NoLifetime>();
        _app = builder.Build();
        pages.Map(_app);
    }

    /// <returns>The address that is really listened on.</returns>
    /// <exception cref="ListenException">It is taken, is none of this machine's, or may not be listened on.</exception>
    public async Task<string> StartAsync(CancellationToken cancel)
    {
        try
        {
            await _app.StartAsync(cancel);
        }
        catch (Exception taken) when (taken is IOException or SocketException)
        {
            throw new ListenException(
                $"--metrics-address {_address} cannot be listened on: {taken.GetBaseException().Message}; "
                    + "choose another address or port, 0 takes a free one",
                taken);
        }

        return _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class NoLifetime : Microsoft.Extensions.Hosting.IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancel) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancel) => Task.CompletedTask;
    }
}
