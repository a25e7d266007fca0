using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Canary.Cli.Tests.Backtesting;

/// <summary>Six hours of Deployments of the namespace shop, as Istio's proxies counted them: forty requests a second to each pod, of which
/// one in a hundred fails by itself.</summary>
internal sealed class PlaceboPast
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset End = Start.AddHours(6);

    private const int Scrape = 15;
    private const int Requests = 600;

    private readonly Random _random = new(20261202);
    private readonly StringBuilder _text = new("# TYPE istio_requests counter\n");

    public string OpenMetrics => _text.ToString();

    /// <summary>The pods of a Deployment.</summary>
    /// <param name="name">The Deployment.</param>
    /// <param name="pods">How many.</param>
    /// <param name="share">The share of a pod's requests that fails at a time, in seconds since the start.</param>
    /// <param name="requests">Requests of a pod between two scrapes.</param>
    public PlaceboPast Deployment(string name, int pods, Func<int, int, double> share, int requests = Requests)
    {
        for (var pod = 0; pod < pods; pod++)
        {
            var (all, failed) = (0L, 0L);
            var (good, bad) = (new List<(int, long)>(), new List<(int, long)>());
            for (var at = pod; at <= (End - Start).TotalSeconds; at += Scrape)
            {
                all += requests;
                for (var request = 0; request < requests; request++)
                    if (_random.NextDouble() < share(pod, at)) failed++;
                good.Add((at, all - failed));
                bad.Add((at, failed));
            }

            Write(name, $"{name}-{pod}", "destination", "200", good);
            Write(name, $"{name}-{pod}", "destination", "503", bad);
        }

        return this;
    }

    /// <summary>A gateway of some pods that alone counts the requests to a Deployment.</summary>
    public PlaceboPast Gateway(string name, int pods)
    {
        for (var pod = 0; pod < pods; pod++)
        {
            var samples = new List<(int, long)>();
            for (var at = pod; at <= (End - Start).TotalSeconds; at += Scrape) samples.Add((at, Requests * (long)(at / Scrape)));
            Write(name, $"gateway-{pod}", "source", "200", samples);
        }

        return this;
    }

    private void Write(string workload, string pod, string reporter, string code, List<(int At, long Value)> samples)
    {
        foreach (var (at, value) in samples)
            _text.Append(CultureInfo.InvariantCulture,
                $"istio_requests_total{{reporter=\"{reporter}\",destination_workload_namespace=\"shop\","
                    + $"destination_workload=\"{workload}\",destination_service=\"{workload}.shop.svc.cluster.local\","
                    + $"pod=\"{pod}\",response_code=\"{code}\"}} {value} "
                    + $"{Start.AddSeconds(at).ToUnixTimeSeconds()}\n");
    }
}
