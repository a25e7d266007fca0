using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents;
using Canary.ApiServer.Http;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Decisions;
using Canary.Core.Units;
using Canary.Fuzzing;
using Canary.Kubernetes.Mapping;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Fuzzing;

/// <summary>Whatever a Rollout or an AnalysisRun holds: each status that the controller writes of it is one that the API server takes by
/// the schemas in <c>deploy/crds</c>, and drops nothing of.</summary>
public sealed class GivenStatusesOfAnyRollout
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 10, 0, TimeSpan.Zero);

    private static readonly ObjectSchema Rollouts = SchemaOf("canary.delivery_rollouts.yaml");
    private static readonly ObjectSchema Runs = SchemaOf("canary.delivery_analysisruns.yaml");
    private static readonly JsonNode Rollout = YamlAnswer.Parse(SampleObjects.Rollout).Root!;
    private static readonly JsonNode Run = YamlAnswer.Parse(SampleObjects.Run).Root!;

    [Test]
    public void WhenARolloutIsMutated_ThenEachStatusOfItIsTaken() => FuzzRun.Each(2_000, seed =>
    {
        var mutator = new Mutator(seed);
        if (Read(mutator, Rollout) is not { } document) return "no JSON";
        var snapshot = RolloutMapping.Read(document);
        var side = new SideObservation("v2", 2, 2, true, null);
        var request = mutator.Pick<RolloutRequest?>(
            [null, snapshot.Request, new RolloutRequest("abort-now", RequestAction.Abort, null, null, "ann", "", null)]);
        var seen = new Observation(snapshot.Generation, side with { Revision = "v1" }, side,
            [new RouteObservation("r", Weight.FromPercent(5))], [], request, [], null);

        var status = RolloutMachine.Decide(snapshot.Spec, snapshot.Errors, snapshot.Status, seen, Now).Status;

        Taken(Rollouts, RolloutStatusMapping.Write(snapshot.Status));
        Taken(Rollouts, RolloutStatusMapping.Write(status));
        return status.Accepted is null ? "nothing accepted" : "accepted";
    }).HasAtLeast(60, "accepted");

    [Test]
    public void WhenARunIsMutated_ThenEachStatusOfItIsTaken() => FuzzRun.Each(2_000, seed =>
    {
        if (Read(new Mutator(seed), Run) is not { } document) return "no JSON";
        if (RunMapping.Read(document) is not { } run) return "no run";
        var answer = new MetricAnswer.Vector([new Sample([], 0.5)], []);
        var status = AnalysisMachine.Start(run.Spec, run.Status, Now);
        Taken(Runs, RunStatusMapping.Write(run.Status, run.Spec));
        Taken(Runs,
            RunStatusMapping.Write(AnalysisMachine.Advance(run.Spec, status,
                [.. run.Spec.Metrics.Select(metric => new FinishedMeasurement(metric.Name, Now, Now, answer))], Now), run.Spec));
        return "counted";
    }).HasAtLeast(35, "counted");

    private static ObjectSchema SchemaOf(string file)
    {
        var definition = YamlAnswer.Parse(File.ReadAllText(RepositoryFolder.PathTo("deploy", "crds", file))).Root;
        var version = definition!["spec"]!["versions"]![0]!;
        return ObjectSchema.FromCustomResource((JsonObject)version["schema"]!["openAPIV3Schema"]!, version["subresources"] as JsonObject);
    }

    private static JsonObject? Read(Mutator mutator, JsonNode valid)
    {
        try
        {
            return JsonText.ReadObject(Encoding.UTF8.GetBytes(mutator.Next(valid))) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Taken(ObjectSchema schema, JsonObject status)
    {
        // As it is sent and parsed there.
        var sent = BodyText.ParseJson(Encoding.UTF8.GetBytes(
            new JsonObject { ["metadata"] = new JsonObject { ["name"] = "checkout" }, ["status"] = status }.ToJsonString()));
        var document = (JsonObject)sent.Root!;
        Assert.That(sent.Duplicates, Is.Empty);
        Assert.That(schema.UnknownFields(document), Is.Empty);
        Assert.That(schema.Validate(document, null, "status").Where(error => error.Field.StartsWith("status", StringComparison.Ordinal))
            .Select(error => $"{error.Field}: {error.Text}"), Is.Empty);
    }
}
