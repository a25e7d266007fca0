using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Canary.Cli.Io;

namespace Canary.Cli.Tests.Planning;

/// <summary>Debian's prometheus with an hour and a half of four services at rest: one with errors and durations, one without errors, one
/// that nobody calls, and one that none knows.</summary>
internal sealed class PlannedServices(PastPrometheus past) : IAsyncDisposable
{
    private const string Templates = """
        apiVersion: canary.delivery/v1alpha1
        kind: AnalysisTemplate
        metadata: { name: errors }
        spec: { metrics: [{ name: errors, interval: 30s, provider: { red: { preset: istio-service, signal: errors } }, compare: { with: stable, share: 0.5 } }] }
        ---
        apiVersion: canary.delivery/v1alpha1
        kind: AnalysisTemplate
        metadata: { name: ten-looks }
        spec: { metrics: [{ name: errors, interval: 30s, count: 10, provider: { red: { preset: istio-service, signal: errors } }, compare: { with: stable, share: 0.5, require: noHarm } }] }
        ---
        apiVersion: canary.delivery/v1alpha1
        kind: AnalysisTemplate
        metadata: { name: slo }
        spec: { metrics: [{ name: slo, interval: 30s, provider: { red: { preset: istio-service, signal: errors } }, compare: { with: objective, objective: 99.5% } }] }
        ---
        apiVersion: canary.delivery/v1alpha1
        kind: ClusterAnalysisTemplate
        metadata: { name: latency }
        spec: { metrics: [{ name: latency, interval: 30s, provider: { red: { preset: istio-service, signal: duration } }, compare: { with: stable, bounds: [100ms, 250ms, 1s] } }] }
        """;

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = Start.AddMinutes(90);

    public string Address => past.Address;

    public string Folder => past.Folder;

    public static async Task<PlannedServices> StartAsync()
    {
        var text = new StringBuilder("# TYPE istio_requests counter\n");
        // 40 requests a second, of which one in a hundred fails; nobody has called "idle" since an hour and a quarter.
        foreach (var (service, code, perScrape, until) in new (string, string, double, int)[] { ("shop", "200", 594, 5400),
            ("shop", "503", 6, 5400), ("clean", "200", 600, 5400), ("idle", "200", 600, 900), ("quiet", "200", 0.25, 5400),
            ("quiet", "503", 0.0025, 5400) })
            for (var seconds = 0; seconds <= 5400; seconds += 15)
                text.Append(CultureInfo.InvariantCulture,
                    $"istio_requests_total{{reporter=\"source\",destination_service=\""
                        + $"{service}-stable.shop.svc.cluster.local\",response_code=\""
                        + $"{code}\"}} {Math.Min(seconds, until) / 15 * perScrape} {At(seconds)}\n");
        for (var seconds = 0; seconds <= 5400; seconds += 15)
            text.Append(CultureInfo.InvariantCulture,
                $"istio_requests_total{{reporter=\"source\",destination_service=\"broken-stable.shop.svc.cluster.local\",response_code=\"200\"}} {(seconds < 5340 ? $"{seconds}" : "+Inf")} {At(seconds)}\n");
        text.Append("# TYPE istio_request_duration_milliseconds histogram\n");
        for (var seconds = 0; seconds <= 5400; seconds += 15)
            foreach (var (bound, within) in new[] { ("100", 420), ("250", 570), ("1000", 594), ("+Inf", 600) })
                text.Append(CultureInfo.InvariantCulture,
                    $"istio_request_duration_milliseconds_bucket{{reporter=\"source\",destination_service=\"shop-stable.shop.svc.cluster.local\",le=\"{bound}\"}} {seconds / 15 * within} {At(seconds)}\n");
        var past = await PastPrometheus.StartAsync(text.ToString());
        await File.WriteAllTextAsync(Path.Combine(past.Folder, "templates.yaml"), Templates);
        return new PlannedServices(past);
    }

    public ValueTask DisposeAsync() => past.DisposeAsync();

    private static long At(int seconds) => Start.AddSeconds(seconds).ToUnixTimeSeconds();

    public static string Rollout(string service, string templates)
    {
        var references = string.Join(", ", templates.Split(", ", StringSplitOptions.RemoveEmptyEntries)
            .Select(one => $"{{ templateName: {one}{(one == "latency" ? ", clusterScope: true" : "")} }}"));
        return $$"""
            apiVersion: canary.delivery/v1alpha1
            kind: Rollout
            metadata: { name: checkout, namespace: shop }
            spec:
              traffic:
                stable: { service: {{service}}-stable, workload: { kind: Deployment, name: checkout-stable } }
                canary: { service: {{service}}-canary, workload: { kind: Deployment, name: checkout-canary } }
                istio: { virtualServices: [{ name: checkout }] }
              strategy:
                canary:
                  steps: [{ setWeight: 5 }, { pause: { duration: 10m } }, { setWeight: 25 }, { pause: { duration: 20m } }, { setWeight: 100 }, { pause: {} }]
                  analysis: { alpha: 0.02{{(references.Length > 0 ? $", templates: [{references}]" : "")}} }
            """;
    }

    public async Task<(int Code, string Output, string Error)> RunAsync(string rollout, params string[] more)
    {
        var path = Path.Combine(past.Folder, $"{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(path, rollout);
        List<string> words = ["plan", "checkout", "-n", "shop", "-f", path, "-f", Path.Combine(past.Folder, "templates.yaml"), .. more];
        if (!more.Contains("--prometheus")) words.AddRange(["--prometheus", past.Address]);
        return await CallAsync([.. words]);
    }

    public static async Task<(int Code, string Output, string Error)> CallAsync(string[] words)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(words, new CommandIo(output, error, new Then()));
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>The end of the past that was written, standing still.</summary>
    private sealed class Then : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
