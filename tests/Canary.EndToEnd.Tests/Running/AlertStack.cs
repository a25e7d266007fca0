using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests.Running;

/// <summary>Debian's prometheus with an alerting rule over the canary's errors, and Debian's alertmanager that calls the
/// controller.</summary>
internal sealed class AlertStack : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("canary-alerts-").FullName;
    private readonly List<RunningCommand> _programs = [];

    public AlertStack(string token)
    {
        TokenFile = Path.Combine(_folder, "token");
        File.WriteAllText(TokenFile, token + "\n");
        Prometheus = new Uri($"http://127.0.0.1:{FreePort()}");
        Alertmanager = new Uri($"http://127.0.0.1:{FreePort()}");
    }

    /// <summary>What Alertmanager sends as bearer token.</summary>
    public string TokenFile { get; }

    public Uri Prometheus { get; }

    public Uri Alertmanager { get; }

    public string Output => string.Join('\n', _programs.Select(program => program.Output));

    /// <param name="mesh">The Prometheus that has the mesh's series.</param>
    /// <param name="hook">Where Alertmanager calls.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public async Task StartAsync(Uri mesh, Uri hook, CancellationToken cancel)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "prometheus.yml"), $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: [{{_folder}}/rules.yml]
            alerting: { alertmanagers: [{ static_configs: [{ targets: ["{{Alertmanager.Authority}}"] }] }] }
            scrape_configs:
            - job_name: mesh
              honor_labels: true
              metrics_path: /federate
              params: { "match[]": [istio_requests_total] }
              static_configs: [{ targets: ["{{mesh.Authority}}"] }]
            """, cancel);
        await File.WriteAllTextAsync(Path.Combine(_folder, "rules.yml"), """
            groups:
            - name: checkout
              rules:
              - alert: CheckoutErrors
                expr: sum(rate(istio_requests_total{destination_workload="checkout-canary",response_code=~"5.."}[10s])) > 0
                for: 2s
                labels: { severity: critical, service: checkout }
                annotations: { summary: the canary fails }
            """, cancel);
        await File.WriteAllTextAsync(Path.Combine(_folder, "alertmanager.yml"), $$"""
            route: { receiver: canary, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h }
            receivers:
            - name: canary
              webhook_configs:
              - url: {{hook}}
                send_resolved: true
                http_config: { authorization: { credentials_file: {{TokenFile}} } }
            """, cancel);
        Start("prometheus-alertmanager", $"--config.file={_folder}/alertmanager.yml", $"--storage.path={_folder}/am",
            $"--web.listen-address={Alertmanager.Authority}", "--cluster.listen-address=");
        Start("prometheus", $"--config.file={_folder}/prometheus.yml", $"--storage.tsdb.path={_folder}/tsdb",
            $"--web.listen-address={Prometheus.Authority}", "--log.level=warn");
        await ReadyAsync(Alertmanager, cancel);
        await ReadyAsync(Prometheus, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs) await program.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private void Start(string program, params string[] arguments)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
        if (path is null)
            throw new IgnoreException(
                $"{program} is not on the PATH. Run the tests with make test, or install it: apt-get install {program}");
        _programs.Add(RunningCommand.Start(path, arguments));
    }

    private async Task ReadyAsync(Uri address, CancellationToken cancel)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        for (var tries = 0; tries < 300; tries++)
        {
            try
            {
                using var response = await client.GetAsync(new Uri(address, "/-/ready"), cancel);
                if (response.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not up yet.
            }

            var ended = _programs.FirstOrDefault(program => program.HasEnded);
            // Debian's reads its default template from /usr/share: where it was only unpacked, and may not be put there, it does not start.
            if (ended?.Output.Contains("default.tmpl", StringComparison.Ordinal) == true)
                throw new IgnoreException(
                    $"prometheus-alertmanager is not installed whole. Install it: apt-get install prometheus-alertmanager\n{ended.Output}");
            if (ended is not null) Assert.Fail($"it ended:\n{ended.Output}");
            await Task.Delay(100, cancel);
        }

        Assert.Fail($"{address} did not become ready:\n{Output}");
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
