using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using System.Xml.Linq;
using Canary.Cli.Io;
using NUnit.Framework;

namespace Canary.Cli.Tests.Backtesting;

/// <summary>Debian's prometheus with two hours of a service in which ten minutes were bad.</summary>
public sealed class GivenAPastIncident
{
    private const string Template = """
        apiVersion: canary.delivery/v1alpha1
        kind: AnalysisTemplate
        metadata: { name: errors }
        spec:
          args: [{ name: service }, { name: max, value: "0.01" }]
          metrics:
          - name: error-rate
            interval: 1m
            failureLimit: 1
            provider: { red: { preset: istio-service, signal: errors, window: 2m, subject: { svc: "{{args.service}}", ns: shop }, max: "{{args.max}}" } }
          - name: anything
            interval: 1m
            successCondition: result > 0
            provider: { prometheus: { query: "scalar(sum(rate(istio_requests_total[2m])))" } }
        """;

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    private PastPrometheus _past = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var text = new StringBuilder("# TYPE istio_requests counter\n");
        foreach (var code in new[] { "200", "503" })
        {
            var total = 0;
            for (var seconds = 0; seconds <= 7200; seconds += 15)
            {
                total += (code, isBad: seconds is >= 3600 and < 4200) switch
                {
                    ("200", true) =>
                    141,
                    ("200", false) => 150,
                    (_, true) => 9,
                    _ => 0
                };
                text.Append(CultureInfo.InvariantCulture,
                    $"istio_requests_total{{reporter=\"source\",destination_service=\"checkout.shop.svc.cluster.local\",response_code=\""
                        + $"{code}\"}} {total} {Start.AddSeconds(seconds).ToUnixTimeSeconds()}\n");
            }
        }

        _past = await PastPrometheus.StartAsync(text.ToString());
        await File.WriteAllTextAsync(Path.Combine(_past.Folder, "template.yaml"), Template);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_past is not null) await _past.DisposeAsync();
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] more)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        string[] words =
        [
            "backtest", "-f", Path.Combine(_past.Folder, "template.yaml"), "--arg", "service=checkout", "--prometheus", _past.Address,
            "--from", "2026-03-01T10:05:00Z", "--to", "2026-03-01T12:00:00Z", "--length", "15m", .. more,
        ];
        var code = await CommandLine.RunAsync(words, new CommandIo(output, error, TimeProvider.System));
        return (code, output.ToString(), error.ToString());
    }

    [Test]
    public async Task WhenItIsRunOverThePast_ThenExactlyTheWindowsOfTheIncidentFail()
    {
        var (code, output, error) = await RunAsync("-o", "json");

        Assert.That(code, Is.Zero, error);
        var windows = JsonNode.Parse(output)!["metrics"]![0]!["windows"]!.AsArray();
        var failed = windows.Where(window => (string?)window!["verdict"] == "Failed").Select(window => (string?)window!["at"]).ToArray();
        // The window of two minutes sees the incident from its first samples to two minutes after its last.
        Assert.That((failed[0], failed[^1], failed.Length), Is.EqualTo(("2026-03-01T11:01:00Z", "2026-03-01T11:11:00Z", 11)));
        Assert.That(windows.Count, Is.EqualTo(116));
        Assert.That(JsonNode.Parse(output)!["metrics"]![1]!["windows"]!.AsArray()
            .Select(window => (string?)window!["verdict"]), Is.All.EqualTo("Successful"), "a scalar stays one");
        var starts = JsonNode.Parse(output)!["runs"]!["starts"]!.AsArray();
        Assert.That(starts.Count(start => (string?)start!["phase"] == "Failed"), Is.InRange(20, 26),
            "those that begin less than a run before the incident, or in it");
    }

    [Test]
    public async Task WhenItIsShown_ThenAPersonSeesWhenAndWhy()
    {
        var (_, output, _) = await RunAsync();

        Assert.That(output,
            Does.Contain("error-rate  limit 1%").And.Contain("11 windows: error rate").And.Contain("requests in 120 s").And.Match(
                @"\d+ runs of 15m, one from each window on: \d+ \([0-9.]+%\) would have failed"));
    }

    [Test]
    public async Task WhenItIsPlotted_ThenItIsOneXmlDocumentWithTheLimitAndTheFailures()
    {
        var (_, output, _) = await RunAsync("-o", "svg");

        var svg = XDocument.Parse(output).Root!;
        Assert.That(svg.Name.LocalName, Is.EqualTo("svg"));
        Assert.That(svg.Descendants().Count(one => (string?)one.Attribute("class") == "limit"), Is.EqualTo(2));
        Assert.That(svg.Descendants().Count(one => (string?)one.Attribute("class") == "failed"), Is.EqualTo(1));
        Assert.That(svg.Descendants().Count(one => one.Name.LocalName == "polyline"), Is.EqualTo(2));
    }

    [Test]
    public async Task WhenNothingCanBeAsked_ThenAllOfItIsSaid()
    {
        var (code, _, error) = await RunAsync("--step", "0", "-o", "pdf");

        Assert.That((code, error.Split('\n').Length - 1), Is.EqualTo((2, 2)), error);
    }

    [Test]
    public async Task WhenAnArgumentIsMissing_ThenItIsNamed()
    {
        var error = new StringWriter();
        var code = await CommandLine.RunAsync(["backtest", "-f", Path.Combine(_past.Folder, "template.yaml"), "--prometheus",
            _past.Address], new CommandIo(new StringWriter(), error, TimeProvider.System));

        Assert.That((code, error.ToString()),
            Is.EqualTo((2,
                "error: args.service: AnalysisTemplate errors needs a value for its argument \"service\"; give it with --arg "
                    + "service=...\n")));
    }
}
