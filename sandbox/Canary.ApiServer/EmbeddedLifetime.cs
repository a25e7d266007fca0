using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;

namespace Canary.ApiServer;

/// <summary>Leaves the signals of the process to the process: a server inside of it is stopped by whoever started it.</summary>
internal sealed class EmbeddedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancel) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancel) => Task.CompletedTask;
}
