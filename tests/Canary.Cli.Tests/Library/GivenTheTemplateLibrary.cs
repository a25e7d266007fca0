using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Backtesting;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Queries;
using Canary.Kubernetes.Linting;
using Canary.Kubernetes.Mapping;
using Canary.Providers.Metrics;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Cli.Tests.Library;

/// <summary>Every template of analysis-templates/, on a real Prometheus with a good, a bad and an empty past, on the way that production
/// takes.</summary>
public sealed class GivenTheTemplateLibrary
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    private PastPrometheus _past = null!;
    private PrometheusClient _client = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _past = await PastPrometheus.StartAsync(Recording.Text());
        _client = new PrometheusClient(_past.Address, isOnly: true, TimeProvider.System);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _client?.Dispose();
        if (_past is not null) await _past.DisposeAsync();
    }

    private static string Folder() => RepositoryFolder.PathTo("analysis-templates");

    private static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Folder(), "*.yaml").Select(file => Path.GetFileName(file))
        .Where(file => !file.StartsWith("kustom", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    /// <summary>Those that hold a version to limits, and have a verdict for each window of the past.</summary>
    private static IEnumerable<string> Limits() => Files().Where(file => !file.StartsWith("versus-", StringComparison.Ordinal));

    private static IEnumerable<string> Comparisons() => Files().Where(file => file.StartsWith("versus-", StringComparison.Ordinal));

    private static JsonObject Document(string file) =>
        (JsonObject)YamlDocument.Parse(File.ReadAllText(Path.Combine(Folder(), file))).Single().Root!;

    /// <summary>The run that a Rollout, or a person, makes of it for the canary in a namespace.</summary>
    private static RunSpec Resolve(JsonObject template, string space)
    {
        var given = Recording.Subject(space).ToDictionary(one => one.Name, one => one.Value!);
        var values = new Dictionary<string, string>
        {
            ["namespace"] = space,
            ["service"] = given["svc"],
            ["workload"] = given["workload"],
            ["version"] = given["subset_ver"],
            ["canary-workload"] = given["workload"],
            ["canary-service"] = given["svc"],
            ["apex"] = given["apex"],
            ["ingress"] = given["ingress"],
            ["route"] = given["route"],
            ["gateway"] = given["gateway"],
            ["upstream"] = given["upstream"],
            ["upstream-namespace"] = space,
            ["rule"] = given["rule"],
            ["backend"] = given["backend_index"],
            ["cluster"] = space,
            ["revision"] = given["revision"],
            ["pod-addresses"] = given["pod_ip_re"],
            ["count"] = "3",
            ["first-look"] = "1m",
            ["inconclusive-limit"] = "2",
        };
        var declared = template["spec"]!["args"]!.AsArray().Select(one => (string)one!["name"]!).ToArray();
        var (run, problems) = HandMadeRun.Resolve([template],
            [.. values.Where(one => declared.Contains(one.Key)).Select(one => new Argument(one.Key, one.Value))], space);
        Assert.That(problems, Is.Empty);
        return run!;
    }

    private async Task<(RunStatus Status, Dictionary<string, RunPhase[]> Verdicts)> RunAsync(string file, string space)
    {
        var spec = Resolve(Document(file), space);
        var past = new PastAnswers(_client);
        DateTimeOffset[] times = [.. Enumerable.Range(10, 14).Select(tick => Recording.Start + (tick * Step))];
        var windows = new Dictionary<string, IReadOnlyList<Backtest.Window>>();
        foreach (var metric in spec.Metrics)
        {
            var query = MetricQueries.For(metric, "", times[^1], out var problem);
            Assert.That(query, Is.Not.Null, problem);
            var answers = await past.AskAsync(query!, times, Step, CancellationToken.None);
            Assert.That(answers.Values.OfType<MetricAnswer.Faulted>().Select(fault => fault.Reason).Distinct(), Is.Empty, query!.Query);
            var samples = MetricQueries.SamplesOf(metric, "", times[^1]) is { } counting
                ? await past.AskAsync(counting, times, Step, CancellationToken.None) : null;
            windows[metric.Name] = Backtest.Windows(metric, answers, samples);
        }

        var start = Backtest.Starts(spec, windows, [times[0]], TimeSpan.FromMinutes(6)).Single();
        return (new RunStatus(start.Phase, start.Message, null, null, []),
            windows.ToDictionary(one => one.Key, one => one.Value.Select(window => window.Judgement.Verdict).Distinct().ToArray()));
    }

    [TestCaseSource(nameof(Files))]
    public void WhenItIsLinted_ThenNothingIsFound(string file) =>
        Assert.That(OfflineLint.Check([new LintSource(file, File.ReadAllText(Path.Combine(Folder(), file)))]), Is.Empty);

    [TestCaseSource(nameof(Limits))]
    public async Task WhenTheVersionIsGood_ThenEveryMetricSaysSo(string file)
    {
        var (status, verdicts) = await RunAsync(file, "good");

        Assert.That(status.Phase, Is.EqualTo(RunPhase.Successful), status.Message);
        Assert.That(verdicts.Values, Is.All.EqualTo(new[] { RunPhase.Successful }),
            string.Join(", ", verdicts.Select(one => $"{one.Key}: {string.Join('/', one.Value)}")));
    }

    [TestCaseSource(nameof(Limits))]
    public async Task WhenTheVersionIsBad_ThenEachMetricThatLooksForItFails(string file)
    {
        var (status, verdicts) = await RunAsync(file, "bad");

        Assert.That(status.Phase, Is.EqualTo(RunPhase.Failed), status.Message);
        foreach (var (metric, found) in verdicts) Assert.That(found,
            Is.EqualTo(new[] { metric == "traffic" ? RunPhase.Successful : RunPhase.Failed }), metric);
    }

    [TestCaseSource(nameof(Limits))]
    public async Task WhenThereIsNothingToSee_ThenItIsNoFailure(string file)
    {
        var (status, verdicts) = await RunAsync(file, "none");

        Assert.That(status.Phase, Is.EqualTo(RunPhase.Inconclusive), status.Message);
        Assert.That(verdicts.Values.SelectMany(found => found), Has.None.EqualTo(RunPhase.Failed).And.None.EqualTo(RunPhase.Error));
    }

    [TestCaseSource(nameof(Comparisons))]
    public async Task WhenTheCanaryIsWorseThanStable_ThenItFails(string file)
    {
        var status = await CompareAsync(file, "bad", "good");

        Assert.That(status.Phase, Is.EqualTo(RunPhase.Failed), status.Message);
    }

    [TestCaseSource(nameof(Comparisons))]
    public async Task WhenTheCanaryIsNoWorseThanStable_ThenItMayBePromoted(string file)
    {
        var status = await CompareAsync(file, "good", "bad");

        Assert.That(status.Phase, Is.EqualTo(RunPhase.Running), status.Message);
        Assert.That(status.Metrics.SelectMany(metric => metric.Measurements)
            .Last().Verdict, Is.EqualTo(RunPhase.Successful), status.Metrics[0].Measurements[^1].Message);
    }

    [TestCaseSource(nameof(Comparisons))]
    public async Task WhenTheCanaryHasNoTraffic_ThenNothingIsSaidOfIt(string file)
    {
        var status = await CompareAsync(file, "none", "good");

        Assert.That(status.Metrics.SelectMany(metric => metric.Measurements)
            .Select(one => one.Verdict), Is.All.EqualTo(RunPhase.Inconclusive));
    }

    /// <summary>The looks that a rollout would have had in the past: the canary of one namespace against the one of another.</summary>
    private async Task<RunStatus> CompareAsync(string file, string space, string stable)
    {
        Argument[] given = [new("namespace", space), new("service", Recording.Workload), new("stable-namespace", stable),
            new("stable-service-name", Recording.Workload)];
        var document = Document(file);
        var declared = document["spec"]!["args"]!.AsArray().Select(one => (string)one!["name"]!).ToArray();
        var (run, problems) = HandMadeRun.Resolve([document], [.. given.Where(one => declared.Contains(one.Name))], space);
        Assert.That(problems, Is.Empty);
        var started = Recording.Start.AddMinutes(4);
        var status = AnalysisMachine.Start(run!, RunStatus.New, started);
        for (var now = started; AnalysisGrid.NextDueAt(run!, status, now) is { } next && next <= Recording.Start.AddMinutes(20); now = next)
        {
            var finished = new List<FinishedMeasurement>();
            foreach (var (metric, dueAt) in AnalysisGrid.Due(run!, status, next))
            {
                var since = status.Metrics.Single(one => one.Name == metric.Name).Evidence?.CountedTo ?? started;
                var answer = await _client.AskAsync(MetricQueries.For(metric, "", dueAt, out _, since)!, CancellationToken.None);
                finished.Add(new FinishedMeasurement(metric.Name, dueAt, dueAt,
                    answer)
                {
                    Baseline = MetricQueries.BaselineOf(metric, "", dueAt, since) is { } baseline
                        ? await _client.AskAsync(baseline, CancellationToken.None) : null
                });
            }

            status = AnalysisMachine.Advance(run!, status, finished, next);
        }

        return status;
    }

    [Test]
    public void WhenTheTemplatesAreListed_ThenTheTableIsWhatTheyAre()
    {
        var file = Path.Combine(Folder(), "README.md");
        const string Begin = "<!-- templates -->\n";
        const string End = "<!-- end -->";
        var text = File.ReadAllText(file);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("CANARY_UPDATE") == "1") File.WriteAllText(file, text = text[..from] + Table() + text[to..]);

        (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        Assert.That(text[from..to], Is.EqualTo(Table()), "run the tests with CANARY_UPDATE=1");
    }

    private static string Table()
    {
        string[] common = ["interval", "window", "count", "failure-limit", "inconclusive-limit", "prometheus"];
        var rows = Files().Select(file =>
        {
            var text = File.ReadAllText(Path.Combine(Folder(), file));
            var about = string.Join(' ', text.Split('\n').TakeWhile(line => line.StartsWith('#')).Select(line => line[1..].Trim()))
                .TrimEnd('.');
            var spec = Document(file)["spec"]!;
            var metrics = string.Join(", ", spec["metrics"]!.AsArray().Select(one => (string)one!["name"]!));
            var arguments = string.Join(", ", spec["args"]!.AsArray().Where(one => !common.Contains((string)one!["name"]!))
                .Select(one => one!["value"] is { } value ? ((string)value! == "" ? $"`{one["name"]}`" : $"`{one["name"]}` ({value})")
                    : $"**`{one["name"]}`**"));
            return $"| [`{Document(file)["metadata"]!["name"]}`]({file}) | {about} | {metrics} | {arguments} |\n";
        });
        return "| template | what for | metrics | arguments (default) |\n|---|---|---|---|\n" + string.Concat(rows);
    }
}
