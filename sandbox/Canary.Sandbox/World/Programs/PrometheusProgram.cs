using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Sandbox.World.Programs;

/// <summary>A real Prometheus that scrapes the mesh each second.</summary>
internal sealed class PrometheusProgram : IAsyncDisposable
{
    private const int Attempts = 3;
    private readonly ChildProgram _program;

    private PrometheusProgram(ChildProgram program, Uri address) => (_program, Address) = (program, address);

    public Uri Address { get; }

    public int Id => _program.Id;

    /// <exception cref="SandboxException">There is no Prometheus on this machine.</exception>
    public static async Task<PrometheusProgram> StartAsync(string meshMetrics, string folder, TimeProvider time, CancellationToken cancel)
    {
        var file = ChildProgram.FindOnPath("prometheus") ?? throw new SandboxException(
            "prometheus is not on the PATH. Install it (Debian, Ubuntu: apt-get install prometheus; elsewhere "
                + "https://prometheus.io/download) and start again.");
        var configuration = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(configuration, Configuration(meshMetrics), cancel);
        for (var attempt = 1; ; attempt++)
        {
            var address = new Uri($"http://127.0.0.1:{FreePort.Find()}");
            var program = await ChildProgram.StartAsync(
                "prometheus", file,
                [
                    $"--config.file={configuration}", $"--storage.tsdb.path={Path.Combine(folder, "prometheus")}",
                        $"--web.listen-address={address.Authority}",
                    "--storage.tsdb.retention.time=6h", "--log.level=warn",
                ],
                Path.Combine(folder, "prometheus.log"));
            try
            {
                await ProgramReadiness.WaitAsync(program, new Uri(address, "/-/ready"), time, cancel);
                return new PrometheusProgram(program, address);
            }
            catch (ProgramEndedException) when (attempt < Attempts)
            {
                // Most likely somebody took the port in between.
                await program.DisposeAsync();
            }
            catch
            {
                await program.DisposeAsync();
                throw;
            }
        }
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private static string Configuration(string meshMetrics) => $"""
        global:
          scrape_interval: 1s
          scrape_timeout: 1s
          evaluation_interval: 10s
        scrape_configs:
          - job_name: mesh
            metrics_path: /stats/prometheus
            static_configs:
              - targets: ['{meshMetrics}']

        """;
}
