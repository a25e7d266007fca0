using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Queries;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Decisions;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Fuzzing;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Api.Wire;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.LeaderElection;
using Canary.Kubernetes.Linting;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Resources;
using Canary.Kubernetes.Schemas;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Traffic;
using Canary.Kubernetes.Traffic.Istio;
using Canary.Kubernetes.Workloads;
using k8s;
using k8s.Models;
using NUnit.Framework;
using YamlDotNet.Core;

namespace Canary.Kubernetes.Tests.Fuzzing;

/// <summary>
/// Whatever a user or a server sends is a value or an error, never an exception, and what is written of it is valid. <c>CANARY_FUZZ</c>
/// multiplies the counts; a failure names its seed, which is the number of the case, so that it can be played again.
/// </summary>
public sealed class GivenAnyInput
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 10, 0, TimeSpan.Zero);

    private static readonly JsonNode Rollout = Yaml.Object(SampleObjects.Rollout);

    private static readonly JsonNode Run = Yaml.Object(SampleObjects.Run);

    private static readonly JsonNode Service = Yaml.Object(SampleObjects.Anything);

    [Test]
    public void WhenARequestIsMutated_ThenItIsARequestOrAProblem() => Each(4_000, (mutator, seed) =>
    {
        var valid =
            JsonNode.Parse("""{"id":"d1","action":"promote","revision":"v2","step":1,"edge":"pre","by":"ann","reason":"because"}""")!;
        var text = mutator.Pick([true, false]) ? mutator.Next(valid) : mutator.Text(valid.ToJsonString());
        if (RequestMapping.Read(text) is not { } request) return "nothing";

        Assert.That(request.Id, Is.Not.Empty);
        if (request.Step is { } step) Assert.That(text, Does.Contain(step.ToString(CultureInfo.InvariantCulture)).Or.Contain("e"));
        Saved(RolloutStatus.New with
        {
            LastRequest =
            new HandledRequest(request.Id, request.Action, request.By, Now, false, request.Problem ?? request.Reason)
        });
        return request.Problem is null ? "request" : "problem";
    }).HasAtLeast(5, "request").HasAtLeast(25, "problem");

    [Test]
    public void WhenARolloutIsMutated_ThenItIsReadDecidedAndSaved() => Each(3_000, (mutator, seed) =>
    {
        if (Read(mutator.Next(Rollout)) is not JsonObject document) return "no JSON";
        var snapshot = RolloutMapping.Read(document);
        Saved(snapshot.Status);
        var side = new SideObservation("v2", 2, 2, true, null);
        var seen = new Observation(snapshot.Generation, side with { Revision = "v1" }, side,
            [new RouteObservation("r", Weight.FromPercent(5))], [], snapshot.Request, [], null);

        var decision = RolloutMachine.Decide(snapshot.Spec, snapshot.Errors, snapshot.Status, seen, Now);

        Saved(decision.Status);
        // An abort is carried out of whatever was read, as long as a rollout runs whose routes are known.
        if (snapshot.Status is not { IsRunning: true, Accepted: not null, Abort: null, Promotion: null }
            || snapshot.Status.CanaryRevision == snapshot.Status.StableRevision) return "not running";
        var asked = seen with { Request = new RolloutRequest("abort-now", RequestAction.Abort, null, null, "ann", "", null) };
        var aborted = RolloutMachine.Decide(snapshot.Spec, snapshot.Errors, snapshot.Status, asked, Now);
        Assert.That((aborted.Status.Abort is not null || !aborted.Status.IsRunning, aborted.Status.Weights.Desired),
            Is.EqualTo((true, Weight.Zero)));
        Assert.That(RolloutMachine.AbortBlindly(snapshot.Status, asked.Request, "", Now), Is.Not.Null);
        return snapshot.Errors.Count > 0 ? "aborted, with errors" : "aborted";
    }).HasAtLeast(50, "aborted", "aborted, with errors");

    [Test]
    public void WhenARunIsMutated_ThenItIsCountedAndSaved() => Each(3_000, (mutator, seed) =>
    {
        if (Read(mutator.Next(Run)) is not JsonObject document || RunMapping.Read(document) is not { } run) return "no run";
        Check(CanaryResources.AnalysisRun.Status!, RunStatusMapping.Write(run.Status, run.Spec));
        var started = AnalysisMachine.Start(run.Spec, run.Status, Now);
        var finished = run.Spec.Metrics.Select(metric => new FinishedMeasurement(metric.Name, Now, Now,
            new MetricAnswer.Vector([new Sample([], 0.5)], []))
        { Baseline = new MetricAnswer.Matrix([], []) }).ToArray();

        var next = AnalysisMachine.Advance(run.Spec, started, finished, Now);

        Check(CanaryResources.AnalysisRun.Status!, RunStatusMapping.Write(next, run.Spec));
        AnalysisMachine.Observe(run.Key, run.Spec, next);
        AnalysisSilence.Explain(run.Spec, next, Now, Now);
        AnalysisGrid.NextDueAt(run.Spec, next, Now);
        foreach (var metric in run.Spec.Metrics) MetricQueries.For(metric, "shop", Now, out var problem);
        return $"{run.Spec.Metrics.Count} metrics";
    }).HasAtLeast(35, "1 metrics", "2 metrics");

    [Test]
    public void WhenRoutesAreMutated_ThenTheyAreReadAndPatchedOrAProblem() => Each(3_000, (mutator, seed) =>
    {
        if (Read(mutator.Next(Service)) is not JsonObject document) return "no JSON";
        var traffic = new TrafficSpec(new SideSpec("checkout-stable", null, null), new SideSpec("checkout-canary", null, null),
            new IstioSpec([new VirtualServiceReference("checkout", ["primary"])], null));
        var found = IstioRoutes.Find(document, new VirtualServiceReference("checkout", ["primary"]), traffic, "shop", "spec");
        foreach (var route in found.Routes)
        {
            Assert.That(route.Share.BasisPoints, Is.InRange(0, 10_000));
            Assert.That(RouteWeights.Share(route, Weight.FromPercent(33)), Has.All.InRange(0L, (long)int.MaxValue));
        }

        WeightPatch.ForPlan(document, found.Routes, RoutePlan.Only(Weight.Zero), new Claim("rollout-1", 1, 0),
            IstioManagedRoutes.List).ToJsonString();
        return found.Routes.Count > 0 ? "routed" : "problem";
    }).HasAtLeast(50, "routed").HasAtLeast(5, "problem");

    [Test]
    public void WhenOtherObjectsAreMutated_ThenWhatIsKeptOfThemIsReadable() => Each(3_000, (mutator, seed) =>
    {
        if (Read(mutator.Next(Service)) is not JsonObject document) return "no JSON";
        foreach (var project in new Func<JsonObject, JsonObject>[] { Projections.Deployment, Projections.Service,
            SubsetLabels.Project, Projections.EndpointSlice, Projections.Run, Projections.Document })
        {
            var kept = project((JsonObject)document.DeepClone());
            DeploymentReading.IsRolledOut(kept);
            DeploymentReading.Problem(kept);
            _ = DeploymentReading.SelectingLabels(kept).ToArray();
            kept.ToJsonString();
        }

        ObjectName.Of(document);
        _ = Documents.OwnerUids(document).ToArray();
        RolloutIndex.NameOf(document);
        _ = RolloutReferences.Find(document).ToArray();
        return "read";
    }).HasAtLeast(70, "read");

    [Test]
    public void WhenALeaseIsMutated_ThenItIsReadOrNoLease() => Each(2_000, (mutator, seed) =>
    {
        var lease = JsonNode.Parse("""
            {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"canary","namespace":"shop","resourceVersion":"7"},
             "spec":{"holderIdentity":"a","leaseDurationSeconds":15,"leaseTransitions":8,"acquireTime":"2026-03-01T12:00:00.000000Z","renewTime":"2026-03-01T12:00:02.000000Z"}}
            """)!;
        try
        {
            var read = KubernetesJson.Deserialize<V1Lease>(mutator.Next(lease));
            if (read is null) return "no Lease";
            LeaseRecord.Read(read).WriteTo(read);
            KubernetesJson.Serialize(read);
            return "read";
        }
        catch (Exception problem) when (problem is JsonException or FormatException)
        {
            return "no Lease";
        }
    }).HasAtLeast(12, "read").HasAtLeast(10, "no Lease");

    [Test]
    public void WhenAnswersOfTheServerAreMutated_ThenTheyAreReadOrRefused() => Each(2_000, (mutator, seed) =>
    {
        var list =
            JsonNode.Parse(
                """{"kind":"PodList","metadata":{"resourceVersion":"7","continue":""},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}""")!;
        var status =
            JsonNode.Parse(
                """{"kind":"Status","code":422,"reason":"Invalid","message":"m","details":{"causes":[{"field":"f","reason":"r","message":"m"}]}}""")!;
        var isList = mutator.Pick([true, false]);
        var text = mutator.Pick([true, false]) ? mutator.Next(isList ? list : status)
            : mutator.Text((isList ? list : status).ToJsonString());
        using var answer = new ApiAnswer(isList ? 200 : 422, "application/json", null, Encoding.UTF8.GetBytes(text));
        try
        {
            ListReader.Read(AnswerReader.Object(answer, "GET x"), KnownKinds.Pods);
            return "read";
        }
        catch (ApiException refused)
        {
            Assert.That(refused.Message, Is.Not.Empty);
            _ = refused.Status.Causes.ToArray();
            return "refused";
        }
    }).HasAtLeast(15, "read").HasAtLeast(15, "refused");

    [Test]
    public void WhenYamlIsMutated_ThenItIsLintedAndNothingIsThrown() => Each(1_000, (mutator, seed) =>
    {
        var text = mutator.Text(Shop.Rollout + "\nx: &a [1, 2]\ny: [*a, *a]\n");
        OfflineLint.Check([new LintSource($"{seed}.yaml", text)]);
        try
        {
            YamlDocument.Parse(text);
            return "read";
        }
        catch (YamlException problem)
        {
            Assert.That(problem.Message, Is.Not.Empty);
            return "refused";
        }
    }).HasAtLeast(15, "read");

    [Test]
    public void WhenAKubeconfigIsMutated_ThenItIsReadOrSaysWhatIsWrong()
    {
        using var scratch = new Scratch();
        using var authority = Certificates.Authority("fuzz");
        using var client = Certificates.Client(authority, "ann");
        scratch.File("ca.pem", authority.ExportCertificatePem());
        scratch.File("a.pem", client.ExportCertificatePem());
        scratch.File("b.pem", Certificates.KeyPem(client));
        var path = scratch.File("config", "");
        const string valid = """
            apiVersion: v1
            kind: Config
            current-context: here
            contexts: [{ name: here, context: { cluster: c, user: u, namespace: shop } }, { name: other, context: { cluster: c, user: v } }]
            clusters: [{ name: c, cluster: { server: "https://host:6443", tls-server-name: host, certificate-authority: ca.pem, proxy-url: "http://p:1" } }]
            users:
            - { name: u, user: { client-certificate: a.pem, client-key: b.pem } }
            - { name: v, user: { token: t, tokenFile: t, exec: { apiVersion: client.authentication.k8s.io/v1, command: x, args: [a], env: [{ name: A, value: b }], provideClusterInfo: true } } }
            """;
        Each(1_500, (mutator, seed) =>
        {
            File.WriteAllBytes(path, mutator.Number(2) == 0 ? Encoding.UTF8.GetBytes(mutator.Text(valid)) : mutator.Bytes(valid));
            try
            {
                KubeConfig.Load(path, seed % 2 == 0 ? null : "other", new Dictionary<string, string>());
                return "read";
            }
            catch (KubeConfigException problem)
            {
                Assert.That(problem.Message, Does.Contain(path).Or.Contain("context"));
                return "refused";
            }
        }).HasAtLeast(15, "read").HasAtLeast(15, "refused");
    }

    [Test]
    public void WhenAliasesStandForTooMuch_ThenTheTextIsRefusedAtOnce()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level < 12; level++)
            bomb.Append(CultureInfo.InvariantCulture,
                $"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 9))}]\n");

        Assert.That(() => YamlDocument.Parse(bomb.ToString()),
            Throws.InstanceOf<YamlException>().With.Message.Contains("stand for more than"));
        Assert.That(() => YamlDocument.Parse("a: &a [*a]"), Throws.InstanceOf<YamlException>());
        Assert.That(() => YamlDocument.Parse("? [a, b]\n: c"), Throws.InstanceOf<YamlException>());
        Assert.That(() => YamlDocument.Parse(new string('[', 100_000)), Throws.InstanceOf<YamlException>());
        Assert.That(YamlDocument.Parse("a: &a { b: 1 }\nc: *a")[0].Root!.ToJsonString(), Is.EqualTo("{\"a\":{\"b\":1},\"c\":{\"b\":1}}"));
        Assert.That(OfflineLint.Check([new LintSource("bomb.yaml", bomb.ToString())]), Is.Not.Empty);
    }

    private static JsonNode? Read(string text) => JsonText.ReadObject(Encoding.UTF8.GetBytes(text));

    private static void Saved(RolloutStatus status) => Check(CanaryResources.Rollout.Status!, RolloutStatusMapping.Write(status));

    private static void Check(Schema schema, JsonObject written)
    {
        var text = Encoding.UTF8.GetString(AnswerReader.ToBytes(written));
        Assert.That(JsonText.TryParse(text, out var read, out var problem), Is.True, problem);
        var problems = new List<string>();
        SchemaCheck.Check(schema, read, "status", (path, what) => problems.Add($"{path}: {what}"));
        Assert.That(problems, Is.Empty);
    }

    private static FuzzRun Each(int count, Func<Mutator, int, string> attempt) =>
        FuzzRun.Each(count, seed => attempt(new Mutator(seed), seed));
}
