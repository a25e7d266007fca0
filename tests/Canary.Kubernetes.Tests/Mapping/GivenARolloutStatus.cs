using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Rollouts.Groups;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Resources;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Mapping;

public sealed class GivenARolloutStatus
{
    private static readonly DateTimeOffset Time = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero).AddTicks(1_234_567);

    internal static readonly RolloutSpec Spec = new(
        new TrafficSpec(
            new SideSpec("checkout", "v1", new WorkloadReference("Deployment", "checkout-stable")),
            new SideSpec("checkout", "v2", new WorkloadReference("Deployment", "checkout-canary")),
            new IstioSpec([new VirtualServiceReference("checkout", ["primary", "second"]), new VirtualServiceReference("other", [])],
                "checkout")),
        null,
        [
            new Step.SetWeight(Weight.FromPercent(5)),
            new Step.Pause(TimeSpan.FromSeconds(90)),
            new Step.Pause(null),
            new Step.Analyze(new AnalysisReference([new TemplateReference("smoke", false), new TemplateReference("wide", true)],
                [new Argument("service", "checkout")])),
        ],
        new BackgroundAnalysis(new AnalysisReference([new TemplateReference("istio-red", false)], []), 1),
        TimeSpan.FromMinutes(5),
        true)
    {
        OnTrafficMismatch = TrafficMismatchAction.Pause,
        DependsOn = [new RolloutDependency(null, "ledger"), new RolloutDependency("data", "store")],
        Group = new ReleaseGroup("shop-release", true, null),
    };

    private static readonly RolloutStatus Full = new()
    {
        Phase = Phase.RollingBack,
        Message = "error rate 4.1%",
        ObservedGeneration = 4,
        ObservedWorkloads = new ObservedWorkloads(new ObservedWorkload("checkout-stable", "uid-1", 9),
            new ObservedWorkload("checkout-canary", "uid-2", 12)),
        StableRevision = "6f7c9d0001",
        CanaryRevision = "9d21aa0001",
        PromotedRevision = "6f7c9d0000",
        StableChange = new StableChange("6f7c9d0000", "6f7c9d0001", "argocd-controller (Apply)", Time),
        RevisionScheme = new RevisionScheme(2, [new SideLabel("app", "checkout", "checkout"), new SideLabel("side", "stable", null)])
        {
            Configuration = ["ConfigMap/checkout", "Secret/database"],
            Key = "0123456789",
        },
        StableSide = Side.NamedCanary,
        CurrentStepIndex = 2,
        StepStartedAt = Time,
        StartedAt = Time.AddSeconds(1),
        FirstTrafficAt = Time.AddSeconds(2),
        WaitingSince = Time.AddSeconds(3),
        WaitObservedAt = Time.AddSeconds(63),
        EvidenceAwaitedSince = Time.AddSeconds(64),
        WorkloadUnusedSince = Time.AddSeconds(65),
        StableExcessSince = Time.AddSeconds(68),
        WorkloadScaleDowns = 2,
        StableReplicas = 4,
        RestartAt = Time.AddSeconds(66),
        Waiting = new WaitingRevision("9d21aa0002", Time, Time.AddSeconds(67)),
        IsReadyToPromote = true,
        Scale = new RequestedScale(3, "eve", Time),
        RollbackTo = new PendingRollback("6f7c9d0009", "9d21aa0001", "eve", Time),
        Undone = new UndoneRevision("9d21aa0001", "6f7c9d0009", "eve"),
        WorkloadConfiguration = "0123456789ab",
        IsEvidenceForgone = true,
        Skipped = "not analysed: spec.skipAnalysis is true",
        OverruledMismatch = "canary gets 1.2 % of the requests at weight 5",
        CanaryReadiness = new CanaryReadiness(2, 4, 2, TimeSpan.FromMilliseconds(61_500), Time.AddSeconds(6), Time.AddSeconds(7)),
        Weights = new WeightStatus(Weight.FromPercent(25), Weight.FromPercent(5), Weight.FromPercent(24.5m)) { Pods = new PodSplit(2, 7) },
        ManagedRoutes = new ManagedRoutesStatus(
            new ManagedRoutes(
                [new HeaderRoute("staff", [new RequestMatch([new HeaderTest("x-staff", false, new TextTest(TextTestKind.Exact, "yes")),
                    new HeaderTest("Group", true, new TextTest(TextTestKind.Prefix, "a"))])])],
                [new MirrorRoute("shadow", Weight.FromPercent(12.5m), [new RequestMatch(
                    [new HeaderTest("x-test", false, new TextTest(TextTestKind.Regex, "a|b"))],
                    new TextTest(TextTestKind.Exact, "GET"), new TextTest(TextTestKind.Prefix, "/api"))])]),
            new ManagedRoutes([], [new MirrorRoute("all", Weight.Full, [])])),
        HighestWeight = Weight.FromPercent(50),
        Accepted = Spec,
        IsRestarting = true,
        IsBeforeSteps = true,
        IsPromotedInFull = true,
        Hold = new Hold(HoldReason.WeightConflict, Time, "somebody else"),
        Abort = new Abort(AbortReason.CanaryUnready, Time, "no pods", Weight.FromPercent(25)),
        Promotion = PromotionStage.UpdatingStable,
        Attempt = 3,
        LastRequest = new HandledRequest("r1", RequestAction.PromoteFull, "eve", Time, true, "done"),
        Analysis =
        [
            new AnalysisSummary(new RunKey("9d21aa0001", 3, 3), RunPhase.Failed, "bad", true),
            new AnalysisSummary(new RunKey("9d21aa0001", 3, null), RunPhase.Running, ""),
            new AnalysisSummary(new RunKey("9d21aa0001", 3, null, AnalysisPlacement.Pre), RunPhase.Successful, "good"),
            new AnalysisSummary(new RunKey("9d21aa0001", 3, null, AnalysisPlacement.Post), RunPhase.Error, "nothing"),
        ],
        OverruledAlerts =
            [new OverruledAlert([new Label("alertname", "CheckoutErrors"), new Label("severity", "")], Time, Time.AddTicks(7))],
        WriteSequence = 7,
        FencedSequence = 6,
        TemplateSequence = 5,
        Reassertions = 2,
        ReassertedAt = Time.AddSeconds(4),
        RefusalToldAt = Time.AddSeconds(5),
        History = [new HistoryEntry("1111111111", RolloutOutcome.Withdrawn, Time, Time.AddMinutes(1), Weight.FromPercent(50), "because",
            ["line 1", "line 2"], 2) { StableRevision = "1111111110" }],
        Conditions =
        [
            new Condition(ConditionType.Ready, false, "RollingBack", "going back", Time),
            new Condition(ConditionType.AnalysisHealthy, null, "", "", Time),
        ],
    };

    [Test]
    public void WhenItIsWrittenAndRead_ThenItIsEqual()
    {
        var read = RolloutStatusMapping.Read(JsonNode.Parse(RolloutStatusMapping.Write(Full).ToJsonString()));

        Assert.That(read, Is.EqualTo(Full));
    }

    [Test]
    public void WhenThatIsTested_ThenNoMemberIsLeftOut()
    {
        var unset = typeof(RolloutStatus).GetProperties()
            .Where(property => property.CanWrite && Equals(property.GetValue(Full), property.GetValue(RolloutStatus.New)))
            .Select(property => property.Name);

        Assert.That(unset, Is.Empty, "give these a value in this test, and map them");
    }

    [Test]
    public void WhenItHasAnyKindOfHoldAbortOrStage_ThenTheSchemaTakesItAndItComesBack()
    {
        var statuses = Enum.GetValues<HoldReason>().Select(reason => Full with { Hold = Full.Hold! with { Reason = reason } })
            .Concat(Enum.GetValues<AbortReason>().Select(reason => Full with { Abort = Full.Abort! with { Reason = reason } }))
            .Concat(Enum.GetValues<PromotionStage>().Select(stage => Full with { Promotion = stage }));
        foreach (var status in statuses)
        {
            var problems = new List<string>();
            var written = RolloutStatusMapping.Write(status);

            SchemaCheck.Check(CanaryResources.Rollout.Status!, written, "status", (path, message) => problems.Add($"{path}: {message}"));

            Assert.That(problems, Is.Empty);
            Assert.That(RolloutStatusMapping.Read(written), Is.EqualTo(status));
        }
    }

    [Test]
    public void WhenItIsWritten_ThenTheSchemaTakesIt()
    {
        var problems = new List<string>();

        SchemaCheck.Check(CanaryResources.Rollout.Status!, RolloutStatusMapping.Write(Full), "status",
            (path, message) => problems.Add($"{path}: {message}"));

        Assert.That(problems, Is.Empty);
    }

    [Test]
    public void WhenMessagesAreEndless_ThenTheSchemaTakesTheirBeginning()
    {
        var endless = new string('x', 100_000);
        var problems = new List<string>();
        var status = Full with
        {
            Message = endless,
            Abort = Full.Abort! with { Message = endless },
            Conditions = [new Condition(ConditionType.Ready, true, "Healthy", endless, Time)],
            History = [Full.History[0] with { Reason = endless, Evidence = Enumerable.Repeat(endless, 100).ToEquatableArray() }],
        };

        SchemaCheck.Check(CanaryResources.Rollout.Status!, RolloutStatusMapping.Write(status), "status",
            (path, message) => problems.Add($"{path}: {message}"));

        Assert.That(problems, Is.Empty);
    }

    [Test]
    public void WhenThereIsNone_ThenItIsNew()
    {
        Assert.That(RolloutStatusMapping.Read(null), Is.EqualTo(RolloutStatus.New));
        Assert.That(RolloutStatusMapping.Read(RolloutStatusMapping.Write(RolloutStatus.New)), Is.EqualTo(RolloutStatus.New));
    }

    [Test]
    public void WhenANewerVersionWroteIt_ThenWhatIsNotKnownIsPassedOver()
    {
        var json = RolloutStatusMapping.Write(Full);
        json["phase"] = "Hovering";
        json["later"] = new JsonObject { ["field"] = 1 };
        json["conditions"]!.AsArray().Add(new JsonObject { ["type"] = "Later", ["status"] = "True" });

        var read = RolloutStatusMapping.Read(json);

        Assert.That(read, Is.EqualTo(Full with { Phase = Phase.Initializing }));
    }
}
