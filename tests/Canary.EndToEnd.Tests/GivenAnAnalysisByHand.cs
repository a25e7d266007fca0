using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

public sealed class GivenAnAnalysisByHand : Scenario
{
    private static string Template(string condition, int count) => $$"""
        apiVersion: canary.delivery/v1alpha1
        kind: AnalysisTemplate
        metadata: { name: smoke }
        spec:
          args: [{ name: service }]
          metrics:
          - name: traffic
            interval: 1s
            count: {{count}}
            successCondition: {{condition}}
            provider: { prometheus: { query: 'sum(rate(istio_requests_total{destination_service=~"{{"{{args.service}}"}}.*"}[5s]))' } }
        """;

    private async Task<(int Code, string Output)> AnalyzeAsync(string template, params string[] more)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, template, Cancel);
        await using var command = RunningCommand.Start(
            Commands.Find("canary"),
            ["analyze", "--kubeconfig", World.Kubeconfig, "-n", World.Namespace, "-f", file, "--watch", "--timeout", "60", .. more]);
        var code = await command.WaitAsync(TimeSpan.FromSeconds(90), Cancel);
        File.Delete(file);
        return (code, command.Output);
    }

    [Test, CancelAfter(240_000)]
    public async Task WhenAPipelineWaitsForIt_ThenTheExitCodeIsTheVerdict()
    {
        World.StartController();
        await World.UntilMeasuredAsync(Cancel);

        var good = await AnalyzeAsync(Template("result[0] > 0", 3), "--arg", "service=checkout");
        var bad = await AnalyzeAsync(Template("result[0] < 0", 3), "--arg", "service=checkout");
        var empty = await AnalyzeAsync(Template("result[0] > 0", 3), "--arg", "service=nobody");
        var wrong = await AnalyzeAsync(Template("result[0] >", 3));

        Assert.That(good.Code, Is.Zero, good.Output);
        Assert.That(good.Output.Split('\n')
            .Count(line => line.Contains(" traffic Successful ", StringComparison.Ordinal)), Is.EqualTo(3), good.Output);
        Assert.That((bad.Code, bad.Output.Contains("successCondition \"result[0] < 0\" does not hold", StringComparison.Ordinal)),
            Is.EqualTo((1, true)), bad.Output);
        Assert.That((empty.Code, empty.Output.Contains("no data", StringComparison.Ordinal)), Is.EqualTo((6, true)), empty.Output);
        Assert.That(wrong.Code, Is.EqualTo(2), wrong.Output);
        Assert.That(wrong.Output, Does.Contain("needs a value for its argument \"service\""));
    }

    [Test, CancelAfter(240_000)]
    public async Task WhenTheControllerIsKilledInTheMiddle_ThenEachTickIsCountedOnceAndTheTemplateMayGo()
    {
        var name = new ObjectName(World.Namespace, "by-hand");
        var template = new ObjectName(World.Namespace, "rate");
        var writing = new WriteOptions("end-to-end-tests");
        await World.Api.CreateAsync(KnownKinds.AnalysisTemplates, World.Namespace, JsonNode.Parse("""
            {"apiVersion":"canary.delivery/v1alpha1","kind":"AnalysisTemplate","metadata":{"name":"rate"},
             "spec":{"metrics":[{"name":"rate","interval":"1s","count":12,"successCondition":"result[0] > 0","consecutiveErrorLimit":100,"provider":{"prometheus":{"query":"sum(rate(istio_requests_total[5s]))"}}}]}}
            """)!.AsObject(), writing, Cancel);
        var first = World.StartController();
        await World.UntilMeasuredAsync(Cancel);
        await World.Api.CreateAsync(KnownKinds.AnalysisRuns, World.Namespace, JsonNode.Parse("""
            {"apiVersion":"canary.delivery/v1alpha1","kind":"AnalysisRun","metadata":{"name":"by-hand"},"spec":{"templates":[{"templateName":"rate"}],"measurementRetention":[{"metricName":"rate","limit":50}]}}
            """)!.AsObject(), writing, Cancel);
        await UntilAsync(name, status => (int?)status["metrics"]?[0]?["successful"] >= 3);
        first.Send(Signal.Kill);
        await World.Api.DeleteAsync(KnownKinds.AnalysisTemplates, template, DeleteOptions.Default, Cancel);
        World.StartController();

        var ended = await UntilAsync(name, status => status["endedAt"] is not null);

        Assert.That((string?)ended["phase"], Is.EqualTo("Successful"), ended.ToJsonString());
        var ticks = ended["metrics"]![0]!["measurements"]!.AsArray().Select(one => (string?)one!["at"]).ToArray();
        Assert.That((ticks.Length, (int?)ended["metrics"]![0]!["successful"]), Is.EqualTo((12, (int?)12)));
        Assert.That(ticks, Is.Unique.And.Ordered);
    }

    private async Task<JsonNode> UntilAsync(ObjectName name, Func<JsonNode, bool> isSo)
    {
        for (var tries = 0; tries < 900; tries++, await Task.Delay(100, Cancel))
        {
            var run = await World.Api.GetAsync(KnownKinds.AnalysisRuns, name, Cancel);
            if (run["status"] is { } status && isSo(status)) return status;
        }

        throw new AssertionException($"AnalysisRun {name} did not come so far\n{World.Logs()}");
    }
}
