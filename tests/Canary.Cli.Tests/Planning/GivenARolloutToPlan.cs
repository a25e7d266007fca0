using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Planning;
using Canary.Core.Statistics;
using Canary.Core.Units;
using Canary.Kubernetes.Mapping;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Cli.Tests.Planning;

public sealed class GivenARolloutToPlan
{
    private PlannedServices _past = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _past = await PlannedServices.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_past is not null) await _past.DisposeAsync();
    }

    [Test]
    public async Task WhenItIsPlanned_ThenTheServiceAndItsAlphaAreThoseThatTheJudgeWillHave()
    {
        var (code, output, error) = await _past.RunAsync(PlannedServices.Rollout("shop", "errors"), "-o", "json");

        Assert.That((code, error), Is.EqualTo((0, "")));
        var metric = JsonNode.Parse(output)!["metrics"]!.AsArray().Single()!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((double)metric["requestsPerSecond"]!, Is.EqualTo(40).Within(0.1));
            Assert.That((double)metric["rate"]!, Is.EqualTo(0.01).Within(1e-4));
            Assert.That((double)metric["stableRequests"]!, Is.EqualTo(40 * 3600).Within(1).Percent);
            Assert.That((double)metric["alpha"]!, Is.EqualTo(0.01), "half of the rollout's 0.02");
        }
    }

    [Test]
    public async Task WhenItIsPlanned_ThenEachStepAndTheWholeSayWhatCoreFinds()
    {
        var (_, output, _) = await _past.RunAsync(PlannedServices.Rollout("shop", "errors"), "-o", "json");

        var metric = JsonNode.Parse(output)!["metrics"]![0]!;
        var half = TimeSpan.FromSeconds(30);
        var planned = new PlannedMetric((double)metric["requestsPerSecond"]!, (double)metric["rate"]!, 0.01, RatioGrid.Errors(1), half);
        var alone = DetectionWalk.Find(planned, [new PlannedStage(0, Weight.FromPercent(5), null, half) { IsNewRun = true }], 2)!;
        var whole = DetectionWalk.Find(planned,
            [new PlannedStage(0, Weight.FromPercent(5), TimeSpan.FromMinutes(10), half) { IsNewRun = true },
                new PlannedStage(2, Weight.FromPercent(25), TimeSpan.FromMinutes(20), half)], 2)!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(metric["steps"]!.AsArray()
                .Select(step => ((int)step!["step"]!, (int)step["weight"]!, (string?)step["time"])),
                Is.EqualTo([(0, 5, "10m"), (2, 25, "20m"), (4, 100, (string?)null)]));
            Assert.That((string?)metric["steps"]![0]!["alone"]![1]!["after"], Is.EqualTo(GoDuration.Format(alone.After)));
            Assert.That((double)metric["steps"]![0]!["alone"]![1]!["requests"]!, Is.EqualTo(alone.Requests).Within(1).Percent);
            Assert.That((string?)metric["whole"]![1]!["after"], Is.EqualTo(GoDuration.Format(whole.After)));
            Assert.That((int)metric["whole"]![1]!["step"]!, Is.EqualTo(2));
            Assert.That((double)metric["whole"]![1]!["chance"]!, Is.InRange(0.5, 1));
            Assert.That((double)metric["whole"]![0]!["chanceWithWait"]!, Is.GreaterThan((double)metric["whole"]![0]!["chance"]! + 0.2),
                "the raise to 100 waits for evidence, which a bad canary does not have");
            Assert.That(metric["warnings"]!.AsArray()
                .Select(warning => (string?)warning), Has.One.StartsWith("step 5 (weight 100) leaves stable no traffic"));
        }
    }

    [Test]
    public async Task WhenSoFewPodsCannotMakeAStep_ThenThatIsWarnedOf()
    {
        var rollout = PlannedServices.Rollout("shop", "errors")
            .Replace(", workload: { kind: Deployment, name: checkout-stable }", "", StringComparison.Ordinal)
            .Replace(", workload: { kind: Deployment, name: checkout-canary }", "", StringComparison.Ordinal)
            .Replace("istio: { virtualServices: [{ name: checkout }] }", "service: {}", StringComparison.Ordinal)
            .Replace("spec:\n  traffic:", "spec:\n  workload: { name: checkout }\n  traffic:", StringComparison.Ordinal);
        const string deployment = """

            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: { name: checkout, namespace: shop }
            spec: { replicas: 3 }
            """;

        var (_, output, error) = await _past.RunAsync(rollout + deployment);

        Assert.That(output, Does.Contain("warning: spec.strategy.canary.steps[0].setWeight: weight 5 is 1 of 4 pods, 25 %"), error);
    }

    [Test]
    public async Task WhenAPersonReadsIt_ThenTheTablesAndTheWarningsAreThere()
    {
        var (_, output, _) = await _past.RunAsync(PlannedServices.Rollout("shop", "errors"));

        Assert.That(output,
            Does.Contain(
                "Rollout:  shop/checkout, 3 weights, with a pause that a person ends; 1 false rollback in 50 healthy ones is allowed "
                    + "(alpha 0.02)")
            .And.Contain("Metric:   errors, failed requests by preset istio-service; alpha 0.01; a window each 30s, read 30s later")
            .And.Match(
                @"Service:  40 requests/s; in the last 1h 1,4\d\d errors in 14\d,\d\d\d requests to stable: 1 % \(0\.9\d? % to 1\.?\d? %\)")
            .And.Match(@"STEP +WEIGHT +TIME +1\.5x IN +2x IN +5x IN +10x IN\n1 +5 % +10m ")
            .And.Contain("until a person promotes").And.Contain("* is longer than the rollout stays at that weight").And.Match(
                @"REGRESSION +OF 100 +ON AVERAGE IN +AFTER +CANARY REQUESTS +FAILED\n")
            .And.Match(@"\n2x +\d+ +step 3, weight 25 +[0-9ms]+ +[0-9,]+ +\d+\n").And.Contain("warning: step 5"));
        Assert.That(output.Split('\n').Where(line => line != line.TrimEnd()), Is.Empty);
    }

    [Test]
    public async Task WhenAMetricIsHeldToAnObjective_ThenItSaysHowLongThatTakesAtEachWeight()
    {
        var (code, output, error) = await _past.RunAsync(PlannedServices.Rollout("shop", "slo"));
        var (_, json, _) = await _past.RunAsync(PlannedServices.Rollout("clean", "slo, errors"), "-o", "json");
        var clean = JsonNode.Parse(json)!["objectives"]![0]!;

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.Contain("Metric:   slo, failed requests by preset istio-service; objective 99.5 %; alpha 0.02; a window each 30s")
            .And.Match(@"1,4\d\d of 14\d,\d\d\d requests to stable are such, which burns the error budget 2 times as fast")
            .And.Match(@"WEIGHT +2x IN +5x IN +10x IN +KEPT, NO ERRORS +KEPT, AS STABLE\n5 % .+, 901 req +never\n25 % ")
            .And.Contain("warning: stable itself misses the objective: every version would be rolled back"));
        Assert.That(((double)clean["keptWithoutErrors"]!, (double)clean["alpha"]!), Is.EqualTo((901.0, 0.01)),
            "it shares the rollout's 0.02 with the comparison");
        Assert.That(clean["weights"]!.AsArray().Select(one => (int)one!["weight"]!), Is.EqualTo([5, 25, 100]));
        Assert.That(JsonNode.Parse(json)!["metrics"]!.AsArray(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WhenThereAreTwoMetrics_ThenTheyShareAlphaAndEachHasItsPlan()
    {
        var (code, output, error) = await _past.RunAsync(PlannedServices.Rollout("shop", "errors, latency"), "-o", "json");

        Assert.That((code, error), Is.EqualTo((0, "")));
        var metrics = JsonNode.Parse(output)!["metrics"]!.AsArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(metrics.Select(metric => ((string?)metric!["name"], (double)metric["alpha"]!)),
                Is.EqualTo([("errors", 0.01), ("latency", 0.01)]));
            Assert.That(((double)metrics[1]!["boundMilliseconds"]!, (double)metrics[1]!["rate"]!), Is.EqualTo((250, 0.05))
                .Within(1e-3), "30 % are slower than 100 ms, which ten times as many cannot be");
            Assert.That((double)metrics[1]!["tolerate"]!, Is.EqualTo(1.1));
        }
    }

    [Test]
    public async Task WhenStepsAreSuggested_ThenTheyCanBePastedAndFindItWithFewerRequests()
    {
        var (code, output, error) = await _past.RunAsync(PlannedServices.Rollout("shop", "errors"), "--suggest", "--within", "45m");

        Assert.That((code, error), Is.EqualTo((0, "")));
        var steps = YamlDocument.Parse(output[output.IndexOf("\nsteps:\n", StringComparison.Ordinal)..]).Single().Root!["steps"]!;
        var rollout = YamlDocument.Parse(PlannedServices.Rollout("shop", "errors")).Single().Root!.AsObject();
        rollout["spec"]!["strategy"]!["canary"]!["steps"] = steps.DeepClone();
        var (_, again, wrong) = await _past.RunAsync(rollout.ToJsonString(), "-o", "json");
        Assert.That(wrong, Is.Empty);
        var pasted = JsonNode.Parse(again)!["metrics"]![0]!["whole"]![1]!;
        var (_, before, _) = await _past.RunAsync(PlannedServices.Rollout("shop", "errors"), "-o", "json", "--suggest", "--within", "45m");
        var suggested = JsonNode.Parse(before)!["suggestion"]!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(steps.AsArray(), Has.Count.InRange(2, 8));
            Assert.That((double)pasted["expectedRequests"]!, Is.EqualTo((double)suggested["expectedRequests"]!)
                .Within(2).Percent, "the command says of the pasted steps what it said of the suggested ones");
            Assert.That((double)pasted["chance"]!, Is.GreaterThan(0.87));
            Assert.That((double)pasted["expectedRequests"]!,
                Is.LessThan((double)JsonNode.Parse(before)!["metrics"]![0]!["whole"]![1]!["expectedRequests"]!));
        }
    }

    [Test]
    public async Task WhenNoStepsCanDoIt_ThenTheLeastRegressionAndTheTimeAreSaid()
    {
        var (code, output, _) = await _past.RunAsync(PlannedServices.Rollout("shop", "errors"), "--suggest", "--within", "5m");

        Assert.That(code, Is.Zero);
        Assert.That(output,
            Does.Match(
                @"By errors no steps find nine of ten canaries with 2x within 5m; the least that can be seen by then is [0-9.]+x\. 2x takes [0-9hms]+: give it with --within\.\n"));
    }

    [Test]
    public async Task WhenTheTimeThatIsNeededIsGiven_ThenThereAreSteps()
    {
        var (_, output, _) = await _past.RunAsync(PlannedServices.Rollout("quiet", "errors"), "--suggest");
        var needed = output.Split("2x takes ")[1].Split(':')[0];

        var (code, again, error) = await _past.RunAsync(PlannedServices.Rollout("quiet", "errors"), "--suggest", "--within", needed);

        Assert.That((code, error), Is.EqualTo((0, "")), needed);
        Assert.That(again, Does.Contain($"Suggested, within {needed}, by errors: 2x is found in 9"));
    }

    // What is pasted takes the place of all steps, and of the analyses that were among them.
    [TestCase("errors", "analysis: { templates: [{ templateName: errors }] }", false)]
    [TestCase("starts late", "analysis: { startingStep: 2, templates: [{ templateName: errors }] }", true)]
    [TestCase("ends early", "analysis: { templates: [{ templateName: ten-looks }] }", true)]
    [TestCase("is a step", "steps: [{ setWeight: 5 }, { analysis: { templates: [{ templateName: ten-looks }] } }]", true)]
    [TestCase("is nowhere", "steps: [{ setWeight: 5 }, { pause: { duration: 10m } }]", true)]
    public async Task WhenTheSuggestedStepsWouldNotBeMeasured_ThenThatIsSaid(string metric, string written, bool isSaid)
    {
        var rollout = YamlDocument.Parse(PlannedServices.Rollout("shop", "")).Single().Root!.AsObject();
        foreach (var (name, value) in YamlDocument.Parse(written)
            .Single().Root!.AsObject()) rollout["spec"]!["strategy"]!["canary"]![name] = value!.DeepClone();

        var (code, output, error) = await _past.RunAsync(rollout.ToJsonString(), "--suggest");

        Assert.That((code, error), Is.EqualTo((0, "")), metric);
        Assert.That(
            output.EndsWith("# with the metric in the background from the first step on, without a count: strategy.canary.analysis\n",
                StringComparison.Ordinal), Is.EqualTo(isSaid), output);
    }

    [Test]
    public async Task WhenTheStepsAreAsGoodAlready_ThenTheyAreToBeKept()
    {
        const string Good =
            "[{ setWeight: 2 }, { pause: { duration: 43m } }, { setWeight: 3 }, { "
                + "pause: { duration: 17m } }]";
        var rollout = YamlDocument.Parse(PlannedServices.Rollout("shop", "errors")).Single().Root!.AsObject();
        rollout["spec"]!["strategy"]!["canary"]!["steps"] = YamlDocument.Parse($"steps: {Good}").Single().Root!["steps"]!.DeepClone();

        var (_, output, _) = await _past.RunAsync(rollout.ToJsonString(), "--suggest", "--within", "40m");
        var (_, other, _) = await _past.RunAsync(PlannedServices.Rollout("shop", "errors"), "--suggest");

        Assert.That(output, Does.Contain("\nKeep them: they find as many, and cost no more\n"));
        Assert.That(other, Does.Not.Contain("Keep them"));
    }

    [Test]
    public async Task WhenTheRolloutComparesNothing_ThenThePresetThatFitsIsPlannedAndThatIsSaid()
    {
        var (code, output, _) = await _past.RunAsync(PlannedServices.Rollout("shop", ""));

        Assert.That(code, Is.Zero);
        Assert.That(output,
            Does.Contain(
                "Note:     the Rollout has no sequential metric; this is what errors of preset istio-service in the background, compared "
                    + "with stable, would see").And.Contain("alpha 0.02; a window each 30s"));
    }

    [Test]
    public async Task WhenStableHasNoErrors_ThenTheMostThatThereMayBeIsPlannedWith()
    {
        var (code, output, _) = await _past.RunAsync(PlannedServices.Rollout("clean", "errors"));

        Assert.That(code, Is.Zero);
        Assert.That(output,
            Does.Contain(
                "0 errors in 144,000 requests").And.Contain(
                "planned with at most 0.0027 % (95 % by Wilson), so this is the best that can be hoped for").And.Match(
                @"A canary of which 1 % fails is found in \d+ of 100, on average within [0-9ms]+ \(step 1\): \d+ requests, \d failed\n"));
    }

    [Test]
    public async Task WhenTheManualShowsAPlan_ThenItIsThisOne()
    {
        const string Begin = "<!-- plan -->\n";
        var file = RepositoryFolder.PathTo("docs", "planning.md");
        var (_, output, _) = await _past.RunAsync(PlannedServices.Rollout("shop", "errors"), "--suggest");
        var shown = $"```\n{output}```\n";
        var text = await File.ReadAllTextAsync(file);
        if (Environment.GetEnvironmentVariable("CANARY_UPDATE") == "1")
            await File.WriteAllTextAsync(file,
                text = text[..(text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)] + shown + text[text.IndexOf("<!-- end -->",
                    StringComparison.Ordinal)..]);

        Assert.That(text, Does.Contain(Begin + shown), "run the tests with CANARY_UPDATE=1");
    }

    // What is asked of Prometheus, and the exit codes that say how it went.
    [TestCase("idle", 6, "error: metric errors: no traffic: stable had no request in the last 1h")]
    [TestCase("unknown", 7,
        "error: metric errors: Prometheus has no series of preset istio-service for stable (ns shop, svc unknown-stable) in the last 1h; "
            + "either nobody called it")]
    [TestCase("broken", 7, "error: metric errors: the answer is no number of requests but +Inf: sum(increase(istio_requests_total")]
    public async Task WhenThereIsNothingToPlanWith_ThenItSaysWhat(string service, int expected, string message)
    {
        var (code, output, error) = await _past.RunAsync(PlannedServices.Rollout(service, "errors"));

        Assert.That((code, output), Is.EqualTo((expected, "")));
        Assert.That(error, Does.StartWith(message));
    }

    [Test]
    public async Task WhenThereIsNoPrometheus_ThenItIsNotReachable()
    {
        var (code, _, error) = await _past.RunAsync(PlannedServices.Rollout("shop", "errors"), "--prometheus", "http://127.0.0.1:9");

        Assert.That((code, error.StartsWith("error: metric errors: ", StringComparison.Ordinal)), Is.EqualTo((4, true)), error);
    }

    [TestCase("no-rollout", 3, "error: there is no Rollout no-rollout in the files; there are shop/checkout\n")]
    [TestCase("checkout --within never --window 1s", 2,
        "error: --window: found '1s', a duration from 2m to 744h is needed, such as 1h\nerror: --within: found 'never', a duration from "
            + "1m to 744h is needed, such as 1h\n")]
    public async Task WhenTheCommandLineIsWrong_ThenItSaysHow(string words, int expected, string message)
    {
        await File.WriteAllTextAsync(Path.Combine(_past.Folder, "rollout.yaml"), PlannedServices.Rollout("shop", "errors"));

        Assert.That(await PlannedServices.CallAsync(
            ["plan", .. words.Split(' '), "-f", Path.Combine(_past.Folder, "rollout.yaml"), "--prometheus", _past.Address]),
            Is.EqualTo((expected, "", message)));
    }

    [Test]
    public async Task WhenNobodyNamesAPrometheus_ThenItIsAskedFor()
    {
        await File.WriteAllTextAsync(Path.Combine(_past.Folder, "rollout.yaml"), PlannedServices.Rollout("shop", "errors"));

        Assert.That(await PlannedServices.CallAsync(
            ["plan", "checkout", "-f", Path.Combine(_past.Folder, "rollout.yaml"), "-f", Path.Combine(_past.Folder, "templates.yaml")]),
            Is.EqualTo((2, "", "error: metric errors names no address of a Prometheus; give --prometheus\n")));
    }

    [Test]
    public async Task WhenATemplateIsMissing_ThenItIsNamed()
    {
        var (code, _, error) = await _past.RunAsync(PlannedServices.Rollout("shop", "nothing"));

        Assert.That((code, error),
            Is.EqualTo((1,
                "error: spec.strategy.canary.analysis.templates[0].templateName: AnalysisTemplate shop/nothing is not there; there are "
                    + "errors, slo, ten-looks\n")));
    }
}
