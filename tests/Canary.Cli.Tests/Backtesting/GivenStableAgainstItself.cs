using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using System.Xml.Linq;
using Canary.Cli.Io;
using Canary.Core.Statistics;
using NUnit.Framework;

namespace Canary.Cli.Tests.Backtesting;

/// <summary>Debian's prometheus with six hours of four services: one whose errors are independent, one whose pods go bad for a quarter of
/// an hour each, one with a single pod, and one that a gateway alone counts.</summary>
public sealed class GivenStableAgainstItself
{
    private PastPrometheus _past = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var past = new PlaceboPast()
            .Deployment("even", 4, (_, _) => 0.01)
            // Each pod in turn fails four times as often for a quarter of an hour, one hour in two.
            .Deployment("moody", 4, (pod, at) => at / 900 % 8 == pod ? 0.04 : 0.01)
            .Deployment("alone", 1, (_, _) => 0.01)
            .Deployment("idle", 3, (_, _) => 0, requests: 0)
            .Gateway("outside", 3)
            .Gateway("behind", 1);
        _past = await PastPrometheus.StartAsync(past.OpenMetrics);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_past is not null) await _past.DisposeAsync();
    }

    [Test]
    public async Task WhenErrorsAreIndependent_ThenFewAreRolledBackAndTheRangeIsThatOfRolloutsThatDoNotOverlap()
    {
        var (code, output, error) = await RunAsync("even", "-o", "json", "--replays", "60");

        Assert.That((code, error), Is.EqualTo((0, "")));
        var result = JsonNode.Parse(output)!;
        using (Assert.EnterMultipleScope())
        {
            // 5 h 57 min after the first samples hold eleven rollouts of half an hour; six rounds of them are sixty at least.
            Assert.That(((int)result["rollouts"]!, (double)result["oneAfterTheOther"]!, (string?)result["length"]),
                Is.EqualTo((66, 11.0, "30m")));
            Assert.That((int)result["rolledBack"]!, Is.Zero);
            Assert.That((double)result["interval"]![1]!, Is.EqualTo(ClopperPearsonInterval.Of(0, 11).High).Within(1e-6));
            Assert.That((string?)result["conclusion"], Does.StartWith("0 of 11 says only: below 28 %."));
            Assert.That((string?)result["metrics"]![0]!["preset"], Is.EqualTo("istio-inbound"), "stable's own proxies know its pods");
            Assert.That((double)result["metrics"]![0]!["noise"]![0]!["overdispersion"]!, Is.EqualTo(1).Within(0.4));
            Assert.That(result["metrics"]![0]!["advice"], Is.Null);
        }
    }

    [Test]
    public async Task WhenPodsGoBadForAWhile_ThenTheRateIsThatOfTheReplaysAndTheAdviceKeepsAlpha()
    {
        var (code, output, error) = await RunAsync("moody", "-o", "json", "--replays", "60");

        Assert.That((code, error), Is.EqualTo((0, "")));
        var result = JsonNode.Parse(output)!;
        var failed = result["replays"]!.AsArray().Count(one => (string?)one!["metrics"]![0]!["verdict"] == "Failed");
        var (metric, rollouts) = (result["metrics"]![0]!, (int)result["rollouts"]!);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(failed, Is.GreaterThan(6).And.EqualTo((int)result["rolledBack"]!));
            Assert.That((double)result["share"]!, Is.EqualTo(failed / (double)rollouts).Within(1e-6));
            Assert.That((double)metric["noise"]![0]!["variation"]!, Is.GreaterThan((double)metric["noise"]![2]!["variation"]!));
            Assert.That(((bool)metric["advice"]!["isEnough"]!, (int)metric["advice"]!["rolledBack"]! <= 0.01 * rollouts),
                Is.EqualTo((true, true)));
        }
    }

    [Test]
    public async Task WhenItIsShown_ThenAPersonSeesTheRateThePromiseAndWhatToSet()
    {
        var (_, output, _) = await RunAsync("moody", "--replays", "60");

        Assert.That(output, Does.Match("""
            ^Rollout:  shop/checkout, stable against itself
            Past:     2026-03-01 10:00Z to 2026-03-01 16:00Z, 66 made-up rollouts of 30m each, 1 of 4 pods as the canary; seed 1
            Result:   \d+ of 66 would have been rolled back: [0-9.]+ % \(95 %: [0-9.]+ % to [0-9.]+ %\); promised: at most 1 %
            """));
        Assert.That(output, Does.Match(@"\nWaiting:  \d+ of 66 would have waited at the end of their steps and not been promoted"));
        Assert.That(output, Does.Contain("errors by preset istio-inbound, alpha 0.01, tolerate 1: rolls back ")
            .And.Contain("odds that errors are worse").And.Match(@"Advice:   with compare\.tolerate: [0-9.]+ it rolls back 0 of 66")
            .And.Match(@"TWO GROUPS OVER +WINDOWS +VARIANCE, TIMES CHANCE +RATIO VARIES BEYOND CHANCE BY\n5m +71 "));
    }

    [Test]
    public async Task WhenErrorsAreIndependent_ThenTheRangesContainOne()
    {
        var (_, output, _) = await RunAsync("even", "-o", "json", "--replays", "60");

        var result = JsonNode.Parse(output)!;
        var ranges = result["metrics"]![0]!["ranges"]!;
        Assert.That(((int)ranges["rollouts"]!, (int)ranges["excludeOneAtTheEnd"]!, (int)ranges["excludeOneAtSomeLook"]!),
            Is.EqualTo((66, 0, 0)));
        Assert.That(result["replays"]!.AsArray().Select(one => one!["metrics"]![0]!["ratio"]!)
            .Select(ratio => ((double)ratio["low"]!, (double?)ratio["high"])),
            Is.All.Matches<(double Low, double? High)>(range => range is { Low: > 0.3 and < 1, High: > 1 and < 3 }));
    }

    [Test]
    public async Task WhenItIsPlotted_ThenTheFiguresAreThoseOfTheText()
    {
        var (code, output, error) = await RunAsync("moody", "-o", "svg", "--replays", "60");

        Assert.That((code, error), Is.EqualTo((0, "")));
        var svg = XDocument.Parse(output).Root!;
        var counts = svg.Descendants().Select(one => one.Value).First(text => text.StartsWith("errors: ", StringComparison.Ordinal));
        Assert.That((await RunAsync("moody", "--replays", "60")).Output, Does.Contain($"Ratio:    {counts["errors: ".Length..]}: "));
        Assert.That(counts, Does.Match("^errors: [1-9][0-9]* of 66 ranges exclude 1 at the end, [1-9][0-9]* at some look$"));
        Assert.That(svg.Descendants().Count(one => one.Name.LocalName == "g"), Is.EqualTo(66));
        Assert.That(svg.Descendants().Where(one => (string?)one.Attribute("class") == "raise").Select(one => one.Value),
            Is.EqualTo(new[] { "the weight rises to 25 %" }));
    }

    [Test]
    public async Task WhenTheSeedIsTheSame_ThenSoIsEverything()
    {
        var first = await RunAsync("moody", "-o", "json", "--replays", "11", "--seed", "5", "--pods", "2");

        Assert.That(await RunAsync("moody", "-o", "json", "--replays", "11", "--seed", "5", "--pods", "2"), Is.EqualTo(first));
        Assert.That(JsonNode.Parse(first.Output)!["replays"]!.AsArray().Select(one => one!["canaryPods"]!.AsArray().Count),
            Is.All.EqualTo(2));
        Assert.That((await RunAsync("moody", "-o", "json", "--replays", "11", "--seed", "6", "--pods", "2")).Output,
            Is.Not.EqualTo(first.Output));
    }

    [Test]
    public async Task WhenAGatewayCounts_ThenItIsSaidThatTheGroupsAreNotOfStablesPods()
    {
        var (code, output, error) = await RunAsync("outside", "--replays", "1");

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.Contain("Note:     errors: preset istio-service counts at other pods (gateway-0, among others) than "
            + "those of "
            + "outside: the groups are of callers or gateways"));
    }

    [Test]
    public async Task WhenThePastBeginsLater_ThenItIsSaidSinceWhen() => Assert.That(
        (await RunAsync("even", "--replays", "1", "--from", "2026-02-28T10:00:00Z")).Output,
        Does.Contain("Note:     there are no samples before 2026-03-01 10:00:00Z"));

    [TestCase("alone", "", 6, "error: stable had one pod (alone-0), and one pod cannot be split into two groups. Give stable three "
        + "pods or more, "
        + "and come back when they have served for some hours\n")]
    [TestCase("behind", "", 6, "error: all requests are counted at one place (gateway-0), which is no pod of behind, and cannot be "
        + "split into two groups. Compare by a preset that counts at stable's own pods, such as app-http, app-otel or the inbound one "
        + "of the mesh\n")]
    [TestCase("idle", "", 6, "error: no traffic: the judge saw no request to stable's pods in any of 209 rollouts\n")]
    [TestCase("even", "--pods 3", 6,
        "error: --pods: found 3, and stable never had 6 pods at a time: the canary is the smaller group\n")]
    [TestCase("even", "--length 7h", 2, "error: from 2026-03-01 10:00:00Z to 2026-03-01 16:00:00Z there is no time for a rollout of "
        + "7h; give an "
        + "earlier --from, or a shorter --length\n")]
    [TestCase("even", "--length 5h59m", 6, "error: the past holds no whole rollout of 5h59m: stable's samples begin at 2026-03-01 "
        + "10:00:00Z. "
        + "Give a shorter --length, or come back later\n")]
    [TestCase("even", "--length 2m", 2, "error: a rollout of 2m is too short to be replayed; give --length, of 5m or more (a pause "
        + "that a person "
        + "ends takes no time here)\n")]
    [TestCase("even", "--metric latency", 2, "error: --metric: there is no metric 'latency' that the sequential judge compares with "
        + "stable; there "
        + "are errors\n")]
    [TestCase("even", "-o pdf", 2, "error: --output: found 'pdf', allowed are text, json and svg\n")]
    public async Task WhenNothingCanBeSaid_ThenItSaysWhyAndWhatToDo(string service, string words, int expected, string message) =>
        Assert.That(await RunAsync(service, words.Split(' ', StringSplitOptions.RemoveEmptyEntries)), Is.EqualTo((expected, "", message)));

    [Test]
    public async Task WhenPrometheusKnowsNothing_ThenTheQueryIsSaid()
    {
        var (code, _, error) = await RunAsync("unknown");

        Assert.That(code, Is.EqualTo(7));
        Assert.That(error, Does.StartWith("error: metric errors: Prometheus has no series of preset istio-service for stable (ns shop, svc "
            + "unknown) from 2026-03-01 09:57Z to 2026-03-01 16:00Z").And.Contain("The query: "));
    }

    [TestCase("backtest --placebo --prometheus http://127.0.0.1:1", "canary backtest --placebo needs ROLLOUT: Name of the Rollout")]
    [TestCase("backtest checkout -f x.yaml --prometheus http://127.0.0.1:1", "ROLLOUT is for --placebo: without it, name templates "
        + "with -f")]
    [TestCase("backtest -f x.yaml --prometheus http://127.0.0.1:1 --pods 2", "--pods is for --placebo")]
    [TestCase("backtest checkout --placebo --step 1m", "--step says nothing with --placebo: leave it out")]
    [TestCase("backtest checkout --placebo --pods 0", "--pods: found '0', allowed is 1 to 10000")]
    [TestCase("backtest checkout --placebo -f x.yaml --from 9000h", "more than 744h before --to")]
    public async Task WhenTheCommandLineIsWrong_ThenItSaysHow(string line, string message)
    {
        var (code, output, error) = await SayAsync(line.Split(' '));

        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.Contain(message));
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string service, params string[] more)
    {
        var path = Path.Combine(_past.Folder, $"{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(path, $$"""
            apiVersion: canary.delivery/v1alpha1
            kind: Rollout
            metadata: { name: checkout, namespace: shop }
            spec:
              traffic:
                stable: { service: {{service}}, workload: { kind: Deployment, name: {{service}} } }
                canary: { service: {{service}}-canary, workload: { kind: Deployment, name: {{service}}-canary } }
                istio: { virtualServices: [{ name: checkout }] }
              strategy:
                canary:
                  steps: [{ setWeight: 5 }, { pause: { duration: 10m } }, { setWeight: 25 }, { pause: { duration: 20m } }]
                  analysis: { templates: [{ templateName: errors }] }
            ---
            apiVersion: canary.delivery/v1alpha1
            kind: AnalysisTemplate
            metadata: { name: errors, namespace: shop }
            spec:
              metrics:
              - { name: errors, interval: 30s, provider: { red: { preset: istio-service, signal: errors } }, compare: { with: stable } }
            """);
        string[] times = more.Contains("--from") ? [] : ["--from", "2026-03-01T10:00:00Z"];
        return await SayAsync(["backtest", "checkout", "--placebo", "-f", path, "--prometheus", _past.Address, .. times, "--to",
            "2026-03-01T16:00:00Z", .. more]);
    }

    private static async Task<(int Code, string Output, string Error)> SayAsync(string[] words)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(words, new CommandIo(output, error, TimeProvider.System));
        return (code, output.ToString(), error.ToString());
    }
}
