using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Mesh;

public sealed class GivenTheMetricsOfTheMesh
{
    private static readonly Regex Line = new(@"^([a-z_]+)\{([^}]*)\} (\S+)$");

    private static async Task<List<(string Name, Dictionary<string, string> Labels, double Value)>> ScrapeAsync(int requests)
    {
        await using var mesh =
            await TestMesh.StartAsync(TestMesh.Services + TestMesh.Routes("[{route: [{destination: {host: checkout-canary}}]}]"),
            TestMesh.Canary());
        await mesh.CountAsync(requests);
        var samples = new List<(string, Dictionary<string, string>, double)>();
        foreach (var line in (await mesh.MetricsAsync()).Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#')))
        {
            var parts = Line.Match(line);
            Assert.That(parts.Success, Is.True, line);
            var labels = Regex.Matches(parts.Groups[2].Value, "([a-z_]+)=\"([^\"]*)\"")
                .ToDictionary(label => label.Groups[1].Value, label => label.Groups[2].Value);
            samples.Add((parts.Groups[1].Value, labels, double.Parse(parts.Groups[3].Value, CultureInfo.InvariantCulture)));
        }

        return samples;
    }

    [Test]
    public async Task WhenRequestsWereAnswered_ThenTheyAreCountedUnderIstiosLabels()
    {
        var samples = await ScrapeAsync(7);

        var total = samples.Single(sample => sample.Name == "istio_requests_total");
        var expected = new Dictionary<string, string>
        {
            ["reporter"] = "source",
            ["source_workload"] = "shoppers",
            ["destination_workload"] = "checkout-canary",
            ["destination_workload_namespace"] = "shop",
            ["destination_service"] = "checkout-canary.shop.svc.cluster.local",
            ["destination_service_name"] = "checkout-canary",
            ["destination_service_namespace"] = "shop",
            ["destination_version"] = "v2",
            ["destination_app"] = "checkout",
            ["destination_canonical_service"] = "checkout",
            ["destination_canonical_revision"] = "v2",
            ["response_code"] = "200",
            ["response_flags"] = "-",
            ["request_protocol"] = "http",
            ["connection_security_policy"] = "unknown",
        };
        Assert.That(total.Value, Is.EqualTo(7));
        Assert.That(expected.Where(label => total.Labels[label.Key] != label.Value), Is.Empty);
    }

    [Test]
    public async Task WhenDurationsAreRead_ThenTheBucketsAreEnvoysAndCumulative()
    {
        var samples = await ScrapeAsync(9);

        var buckets = samples.Where(sample => sample.Name == "istio_request_duration_milliseconds_bucket").ToList();
        Assert.That(buckets.Select(bucket => bucket.Labels["le"]), Is.EqualTo(new[]
        {
            "0.5", "1", "5", "10", "25", "50", "100", "250", "500", "1000", "2500", "5000", "10000", "30000", "60000", "300000", "600000",
                "1800000", "3600000", "+Inf",
        }));
        Assert.That(buckets.Select(bucket => bucket.Value), Is.Ordered.Ascending);
        Assert.That(buckets[^1].Value,
            Is.EqualTo(9).And.EqualTo(samples.Single(sample => sample.Name == "istio_request_duration_milliseconds_count").Value));
    }
}
