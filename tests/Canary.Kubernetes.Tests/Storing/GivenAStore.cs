using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Reporting;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Stores;
using Canary.Kubernetes.Tests.Api;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Storing;

public sealed class GivenAStore
{
    private const string Template = """
        metadata: { name: smoke, namespace: shop }
        spec:
          args: [{ name: limit }, { name: window, value: 30s }]
          metrics:
          - name: errors
            interval: 5s
            count: 2
            failureLimit: 1
            successCondition: result[0] < {{args.limit}}
            provider: { red: { preset: istio-workload, signal: errors, window: "{{args.window}}" } }
        """;

    private static readonly RunKey Key = new("9d21aa0f3c", 1, 1);
    private static readonly AnalysisReference Analysis = new([new TemplateReference("smoke", false)], [new Argument("limit", "0.01")]);

    private Shop _shop = null!;
    private KubernetesRolloutStore _store = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _shop = await Shop.StartAsync(cluster => cluster.Put(KnownKinds.AnalysisTemplates, Template));
        _store = new KubernetesRolloutStore(_shop.Cluster.Client, _shop.Caches);
    }

    [TearDown]
    public async Task StopAsync() => await _shop.DisposeAsync();

    [Test]
    public async Task WhenAStatusIsSaved_ThenTheNextLoadShowsItAtOnce()
    {
        await _shop.FreezeAsync();
        var rollout = await LoadAsync();

        var saved = await _store.SaveAsync(rollout, rollout.Status with { Phase = Phase.Progressing, Message = "step 1 of 2" }, A.Limit());
        var loaded = await LoadAsync();

        Assert.That(loaded.Status.Message, Is.EqualTo("step 1 of 2"));
        Assert.That(saved, Is.EqualTo(new SaveResult.Saved(loaded.ResourceVersion)));
        Assert.That(_shop.Cluster.Writes,
            Is.EqualTo(new[] { "PUT /apis/canary.delivery/v1alpha1/namespaces/shop/rollouts/checkout/status" }));
    }

    [Test]
    public async Task WhenNothingChanged_ThenNothingIsSent()
    {
        var rollout = await LoadAsync();

        var saved = await _store.SaveAsync(rollout, rollout.Status, A.Limit());

        Assert.That(saved, Is.EqualTo(new SaveResult.Saved(rollout.ResourceVersion)));
        Assert.That(_shop.Cluster.Writes, Is.Empty);
    }

    [Test]
    public async Task WhenSomebodyWroteMeanwhile_ThenItIsAConflict()
    {
        var rollout = await LoadAsync();
        _shop.Cluster.Put(KnownKinds.Rollouts, Shop.Rollout.Replace("setWeight: 5", "setWeight: 6", StringComparison.Ordinal));

        var saved = await _store.SaveAsync(rollout, rollout.Status with { Message = "x" }, A.Limit());

        Assert.That(saved, Is.InstanceOf<SaveResult.Conflict>());
    }

    [Test]
    public async Task WhenTheRolloutIsGone_ThenItSaysSo()
    {
        var rollout = await LoadAsync();
        _shop.Cluster.Delete(KnownKinds.Rollouts, "shop", "checkout");

        Assert.That(await _store.SaveAsync(rollout, rollout.Status with { Message = "x" }, A.Limit()), Is.InstanceOf<SaveResult.Gone>());
    }

    [Test]
    public async Task WhenANewerVersionLeftAField_ThenItStays()
    {
        var document = _shop.Cluster.Get(KnownKinds.Rollouts, "shop", "checkout");
        document["status"] = Yaml.Object("{ phase: Healthy, later: { x: 1 } }");
        _shop.Cluster.Put(KnownKinds.Rollouts, document);
        await _shop.CaughtUpAsync(KnownKinds.Rollouts, "checkout");
        var rollout = await LoadAsync();

        await _store.SaveAsync(rollout, rollout.Status with { Message = "x" }, A.Limit());

        Assert.That(Json.Whole(_shop.Cluster.Get(KnownKinds.Rollouts, "shop", "checkout"), "status", "later", "x"), Is.EqualTo(1));
    }

    [Test]
    public async Task WhenARunIsMade_ThenItIsResolvedOwnedAndSeenAtOnce()
    {
        await _shop.FreezeAsync();
        var rollout = await LoadAsync();

        var made = (RunCreation.Exists)await _store.CreateRunAsync(rollout, Key, Analysis, A.Limit());
        var runs = await _store.LoadRunsAsync(rollout, A.Limit());

        var metric = made.Run.Spec.Metrics.Single();
        Assert.That(made.Run.ObjectName, Is.EqualTo("checkout-9d21aa0f3c-1-step1"));
        Assert.That(made.Run.Key, Is.EqualTo(Key));
        Assert.That(metric.SuccessCondition, Is.EqualTo("result[0] < 0.01"));
        Assert.That(metric.Interval, Is.EqualTo(TimeSpan.FromSeconds(5)));
        var red = (ProviderSpec.Red)metric.Provider;
        Assert.That(red.Window, Is.EqualTo(TimeSpan.FromSeconds(30)));
        Assert.That(red.Subject, Does.Contain(new Argument("ns", "shop")).And.Contains(new Argument("workload", "checkout-canary")));
        Assert.That(runs.Single().Uid, Is.EqualTo(made.Run.Uid));
        var document = _shop.Cluster.Get(KnownKinds.AnalysisRuns, "shop", made.Run.ObjectName);
        Assert.That(Json.Objects(document, "metadata", "ownerReferences").Single()
            .ToJsonString(), Does.Contain("\"uid\":\"rollout-1\"").And.Contains("\"controller\":true"));
    }

    [Test]
    public async Task WhenItIsMadeTwice_ThenTheSecondFindsTheFirst()
    {
        await _shop.FreezeAsync();
        var rollout = await LoadAsync();
        var first = (RunCreation.Exists)await _store.CreateRunAsync(rollout, Key, Analysis, A.Limit());

        var again = (RunCreation.Exists)await _store.CreateRunAsync(rollout, Key, Analysis, A.Limit());
        var afterARestart = (RunCreation.Exists)await new KubernetesRolloutStore(_shop.Cluster.Client, _shop.Caches).CreateRunAsync(rollout,
            Key, Analysis, A.Limit());

        Assert.That(again.Run.Uid, Is.EqualTo(first.Run.Uid));
        Assert.That(afterARestart.Run.Uid, Is.EqualTo(first.Run.Uid));
        Assert.That(_shop.Cluster.List(KnownKinds.AnalysisRuns), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WhenARunOfAnEarlierRolloutHasTheName_ThenAnotherNameIsTaken()
    {
        var rollout = await LoadAsync();
        _shop.Cluster.Put(KnownKinds.AnalysisRuns,
            "{ metadata: { name: checkout-9d21aa0f3c-1-step1, namespace: shop, ownerReferences: [{ apiVersion: canary.delivery/v1alpha1, "
                + "kind: Rollout, name: checkout, uid: earlier, controller: true }] }, spec: { metrics: [] } }");

        var made = (RunCreation.Exists)await _store.CreateRunAsync(rollout, Key, Analysis, A.Limit());
        var again = (RunCreation.Exists)await _store.CreateRunAsync(rollout, Key, Analysis, A.Limit());
        var afterARestart = (RunCreation.Exists)await new KubernetesRolloutStore(_shop.Cluster.Client, _shop.Caches).CreateRunAsync(rollout,
            Key, Analysis, A.Limit());
        var runs = await _store.LoadRunsAsync(rollout, A.Limit());

        Assert.That(made.Run.ObjectName, Does.Match("^checkout-9d21aa0f3c-1-step1-[0-9a-f]{10}$"));
        Assert.That(new[] { again.Run.Uid, afterARestart.Run.Uid, runs.Single().Uid }, Is.All.EqualTo(made.Run.Uid));
    }

    [Test]
    public async Task WhenBothNamesAreTaken_ThenTheyAreSaid()
    {
        var rollout = await LoadAsync();
        foreach (var name in RunName.Candidates("checkout", rollout.Uid, Key))
            _shop.Cluster.Put(KnownKinds.AnalysisRuns, $"{{ metadata: {{ name: {name}, namespace: shop }}, spec: {{ metrics: [] }} }}");

        var refused = (RunCreation.Invalid)await _store.CreateRunAsync(rollout, Key, Analysis, A.Limit());

        Assert.That(refused.Problems.Single().Message, Does.Contain("checkout-9d21aa0f3c-1-step1 and").And.Contain("not of this Rollout"));
    }

    [Test]
    public async Task WhenARunAdvances_ThenItsStatusIsSavedAndComesBack()
    {
        var rollout = await LoadAsync();
        var run = ((RunCreation.Exists)await _store.CreateRunAsync(rollout, Key, Analysis, A.Limit())).Run;
        var now = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
        var status = new RunStatus(RunPhase.Running, "1 of 2", now, null,
            [new MetricStatus("errors", RunPhase.Running, "", 1, 0, 0, 0, 0, now,
                [new Measurement(now, now, RunPhase.Successful, "[0]", "")])]);

        var saved = await _store.SaveRunAsync(run, status, A.Limit());
        var loaded = (await _store.LoadRunsAsync(rollout, A.Limit())).Single();

        Assert.That(saved, Is.InstanceOf<SaveResult.Saved>());
        Assert.That(loaded.Status, Is.EqualTo(status));
        Assert.That(loaded.Spec, Is.EqualTo(run.Spec));
    }

    [Test]
    public async Task WhenTemplatesAreMissingOrWrong_ThenTheFieldOfTheRolloutThatNamesThemIsSaid()
    {
        var rollout = await LoadAsync();

        var missing = await _store.CheckAnalysisAsync(rollout,
            new AnalysisReference([new TemplateReference("smoke", false), new TemplateReference("smok", false)], []),
            "spec.strategy.canary.steps[1].analysis", A.Limit());
        var unresolved = await _store.CreateRunAsync(rollout, Key, Analysis with { Arguments = [] }, A.Limit());

        Assert.That(missing.Select(problem => problem.ToString()), Is.EqualTo(new[]
        {
            "spec.strategy.canary.steps[1].analysis.templates[1].templateName: AnalysisTemplate shop/smok is not there; there are smoke",
        }));
        var problem = ((RunCreation.Invalid)unresolved).Problems.Single();
        Assert.That(problem.Path, Is.EqualTo("spec.strategy.canary.steps[1].analysis.templates[0].templateName"));
        Assert.That(problem.Message, Does.Contain("AnalysisTemplate shop/smoke").And.Contains("\"limit\""));
        Assert.That(_shop.Cluster.Writes, Is.Empty);
    }

    [Test]
    public async Task WhenThereAreMoreThanFiveOfAKind_ThenTheOldestEndedOnesGo()
    {
        var rollout = await LoadAsync();
        for (var attempt = 1; attempt <= 14; attempt++)
        {
            var run = ((RunCreation.Exists)await _store.CreateRunAsync(rollout, Key with { Attempt = attempt }, Analysis, A.Limit())).Run;
            var phase = attempt % 2 == 0 ? RunPhase.Successful : RunPhase.Failed;
            if (attempt < 14)
                await _store.SaveRunAsync(run, RunStatus.New with { Phase = phase, EndedAt = DateTimeOffset.UnixEpoch }, A.Limit());
        }

        await _store.PruneRunsAsync(rollout, A.Limit());

        Assert.That(_shop.Cluster.List(KnownKinds.AnalysisRuns).Select(run => Json.Whole(run, "spec", "rollout", "attempt"))
            .Order(), Is.EqualTo(new long[] { 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 }), "bad ones are the odd, 14 has not ended");
    }

    [Test]
    public async Task WhenTheAnswerToAStatusIsLost_ThenTheRepeatedWriteMeetsItselfAndIsNoConflict()
    {
        var rollout = await LoadAsync();
        var lost = 0;
        _shop.Cluster.BeforeTheAnswer = () => lost++ == 0 ? throw new System.IO.IOException("the answer is lost") : Task.CompletedTask;

        var saved = await _store.SaveAsync(rollout,
            rollout.Status with { Phase = Phase.Degraded, Message = "VirtualService shop/nowhere is not there" }, A.Limit());

        Assert.That(saved, Is.TypeOf<SaveResult.Saved>());
        Assert.That(_shop.Cluster.Writes.Count(write => write.StartsWith("PUT", StringComparison.Ordinal)), Is.EqualTo(2));
    }

    [Test]
    public async Task WhenAnotherHandWroteMeanwhile_ThenItIsAConflict()
    {
        await _shop.FreezeAsync();
        var rollout = await LoadAsync();
        var other = _shop.Cluster.Get(KnownKinds.Rollouts, "shop", "checkout");
        other["spec"]!["paused"] = true;
        _shop.Cluster.Put(KnownKinds.Rollouts, other);

        var saved = await _store.SaveAsync(rollout, rollout.Status with { Message = "step 1 of 2" }, A.Limit());

        Assert.That(saved, Is.TypeOf<SaveResult.Conflict>());
    }

    [Test]
    public async Task WhenAnEventIsWrittenTwice_ThenItIsThereOnce()
    {
        var notifier =
            new KubernetesNotifier(_shop.Cluster.Client, "canary-1", TimeProvider.System, NullLogger<KubernetesNotifier>.Instance);
        var rollout = await LoadAsync();

        await notifier.AnnounceAsync(rollout, new RolloutEvent("RolloutAborted", new string('x', 2000), true), A.Limit());
        await notifier.AnnounceAsync(rollout, new RolloutEvent("RolloutAborted", new string('x', 2000), true), A.Limit());
        await notifier.AnnounceAsync(rollout, new RolloutEvent("RolledBack", "weight 0", false), A.Limit());

        var events = _shop.Cluster.List(KnownKinds.Events);
        Assert.That(events.Select(one => Json.Text(one, "reason")), Is.EquivalentTo(new[] { "RolloutAborted", "RolledBack" }));
        Assert.That(events.Select(one => Json.Text(one, "message")!.Length), Has.All.LessThanOrEqualTo(1024));
        Assert.That(Json.Text(events[0], "involvedObject", "uid"), Is.EqualTo("rollout-1"));
    }

    [Test]
    public async Task WhenEventsAreForbidden_ThenNothingIsThrown()
    {
        _shop.Cluster.Refusal = (_, _) => (403, "no");
        var notifier =
            new KubernetesNotifier(_shop.Cluster.Client, "canary-1", TimeProvider.System, NullLogger<KubernetesNotifier>.Instance);

        await notifier.AnnounceAsync(await LoadAsync(), new RolloutEvent("X", "y", false), A.Limit());

        Assert.That(_shop.Cluster.List(KnownKinds.Events), Is.Empty);
    }

    [Test]
    public async Task WhenASecretIsRead_ThenItsKeyIsDecodedAndAMissingOneIsNull()
    {
        _shop.Cluster.Put(KnownKinds.Secrets, "{ metadata: { name: prom, namespace: shop }, data: { token: czNjcmV0, broken: '***' } }");
        var secrets = new KubernetesSecrets(_shop.Cluster.Client);

        Assert.That(await secrets.ReadAsync("shop", "prom", "token", A.Limit()), Is.EqualTo("s3cret"));
        Assert.That(await secrets.ReadAsync("shop", "prom", "other", A.Limit()), Is.Null);
        Assert.That(await secrets.ReadAsync("shop", "prom", "broken", A.Limit()), Is.Null);
        Assert.That(await secrets.ReadAsync("shop", "none", "token", A.Limit()), Is.Null);
    }

    [TestCase("checkout", "9d21aa0f3c", "checkout-9d21aa0f3c-1-bg")]
    [TestCase("checkout", "2.1.0", "checkout-2.1.0-1-bg")]
    public void WhenARunIsNamed_ThenTheNameIsReadable(string rollout, string revision, string expected) =>
        Assert.That(RunName.For(rollout, new RunKey(revision, 1, null)), Is.EqualTo(expected));

    [Test]
    public void WhenTheNameWouldNotBeAllowed_ThenItIsMadeSoAndStaysUnique()
    {
        var strange = RunName.For("checkout", new RunKey("V2 rc/1", 1, null));
        var other = RunName.For("checkout", new RunKey("v2-rc/1", 1, null));
        var longest = RunName.For(new string('a', 253), new RunKey("r", 1, 2));

        Assert.That(strange, Does.Match("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$").And.Not.EqualTo(other));
        Assert.That(longest, Has.Length.LessThanOrEqualTo(253));
    }

    private async Task<RolloutSnapshot> LoadAsync() => (await _store.LoadAsync(new RolloutName("shop", "checkout"), A.Limit()))!;
}
