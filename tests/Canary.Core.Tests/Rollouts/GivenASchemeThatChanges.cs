using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Decisions;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenASchemeThatChanges
{
    private static readonly RevisionScheme Old = new(1, [new SideLabel("side", "stable", "canary")]);
    private static readonly RevisionScheme New = new(2, [new SideLabel("side", "stable", "canary"), new SideLabel("track", "a", "b")]);

    private static readonly RolloutStatus RolledBack = RolloutStatus.New with
    {
        Accepted = A.Plain,
        StableRevision = "stable-old",
        CanaryRevision = "canary-old",
        RevisionScheme = Old,
        Abort = new Abort(AbortReason.AnalysisFailed, A.Start, "half of the requests fail", Weight.FromPercent(5)),
    };

    [Test]
    public void WhenTheTemplatesAreTheSame_ThenNothingIsReleasedAndNothingIsRenamed()
    {
        var next = Decide(RolledBack, "stable-old", "canary-old");

        Assert.That((next.Phase, next.StableRevision, next.CanaryRevision, next.RevisionScheme),
            Is.EqualTo((Phase.RolledBack, "stable-old", "canary-old", Old)));
    }

    [Test]
    public void WhenTheCanaryIsChanged_ThenItsRolloutHasTheNewSchemeFromTheBeginning()
    {
        var next = Decide(RolledBack, "stable-old", "pushed-old");

        Assert.That((next.IsRunning, next.StableRevision, next.CanaryRevision, next.RevisionScheme),
            Is.EqualTo((true, "stable-new", "pushed-new", New)));
    }

    [Test]
    public void WhenTheCanaryIsThatOfStableInTheNewScheme_ThenNothingIsReleased()
    {
        var seen = Seen("stable-old", "pushed-old");
        var next = Decide(RolledBack, seen with { Second = seen.Second with { CurrentRevision = "stable-new" } });

        Assert.That((next.IsRunning, next.StableRevision, next.Phase), Is.EqualTo((false, "stable-new", Phase.Healthy)));
    }

    [Test]
    public void WhenSomethingIsMissing_ThenTheSchemeStays()
    {
        var seen = Seen("stable-old",
            "pushed-old") with
        { Problems = [new Core.Validation.SpecError("spec.traffic.stable.service", "it is not there")] };

        Assert.That(Decide(RolledBack, seen).RevisionScheme, Is.EqualTo(Old));
    }

    [Test]
    public void WhenARevisionIsUnderWay_ThenItKeepsItsName()
    {
        var running = RolledBack with { Abort = null, StartedAt = A.Start };

        var next = Decide(running, "stable-old", "canary-old");

        Assert.That((next.CanaryRevision, next.RevisionScheme), Is.EqualTo(("canary-old", Old)));
    }

    [Test]
    public void WhenItIsDecidedAgain_ThenNothingChanges()
    {
        var seen = Seen("stable-old", "pushed-old");
        var once = Decide(RolledBack, seen);

        Assert.That(Decide(once, seen), Is.EqualTo(once));
    }

    [Test]
    public void WhenTheSchemeIsLostWhileNothingIsReleased_ThenWhatIsThereIsTakenForWhatWasThere()
    {
        var next = Decide(RolledBack with { PromotedRevision = "stable-old", ObservedWorkloads = new(null, Workload) }, Lost(Workload));

        Assert.That((next.IsRunning, next.StableRevision, next.CanaryRevision, next.PromotedRevision, next.RevisionScheme),
            Is.EqualTo((false, "stable-new", "canary-new", "stable-new", New)));
    }

    [TestCase("uid-1", 8, TestName = "Its_workload_was_changed")]
    [TestCase("uid-2", 7, TestName = "Its_workload_was_made_again")]
    public void WhenTheSchemeIsLostAndATemplateWasPushed_ThenItIsReleased(string uid, long generation)
    {
        var next = Decide(RolledBack with { ObservedWorkloads = new(null, Workload) },
            Lost(new ObservedWorkload("checkout", uid, generation)));

        Assert.That((next.IsRunning, next.StableRevision, next.CanaryRevision, next.RevisionScheme),
            Is.EqualTo((true, "stable-new", "canary-new", New)));
    }

    [Test]
    public void WhenTheSchemeIsLostAndTheWorkloadWasScaledAlone_ThenNothingIsReleased()
    {
        var healthy = RolledBack with { Abort = null, CanaryRevision = "stable-old", ObservedWorkloads = new(null, Workload) };

        var next = Decide(healthy, Lost(Workload with { Generation = 8 }) with { AreTemplatesAlike = true });

        Assert.That((next.IsRunning, next.CanaryRevision), Is.EqualTo((false, "canary-new")));
    }

    [Test]
    public void WhenTheRevisionCannotBeToldYet_ThenThePushIsNotTakenForSeen()
    {
        var status = RolledBack with { ObservedWorkloads = new(null, Workload) };
        var pushed = Lost(Workload with { Generation = 8 });

        var awaiting = Decide(status, pushed with { IsSchemeLost = false });
        var next = Decide(awaiting, pushed);

        Assert.That(awaiting.ObservedWorkloads.Canary, Is.EqualTo(Workload));
        Assert.That((next.IsRunning, next.CanaryRevision, next.ObservedWorkloads.Canary?.Generation),
            Is.EqualTo((true, "canary-new", (long?)8)));
    }

    [Test]
    public void WhenTheSchemeIsLostDuringARollout_ThenItBeginsAgain()
    {
        var lost = Seen("stable-old", "canary-old");
        lost = lost with { IsSchemeLost = true, Second = lost.Second with { Revision = null } };
        var running = RolledBack with { Abort = null, StartedAt = A.Start };

        var next = Decide(running, lost);

        Assert.That((next.IsRunning, next.StableRevision, next.CanaryRevision, next.RevisionScheme),
            Is.EqualTo((true, "stable-new", "canary-new", New)));
        Assert.That(next.History[0].Outcome, Is.EqualTo(RolloutOutcome.Superseded));
    }

    [TestCase(true, true, "stable-old", TestName = "The_workload_has_another_template_and_a_release_runs")]
    [TestCase(false, true, "stable-old", TestName = "The_workload_has_the_refused_template")]
    [TestCase(false, false, "canary-new", TestName = "The_workload_has_stables_template")]
    public void WhenTheSchemeIsLostWithTheCopy_ThenNoTemplateBecomesStableThatWasNotAnalysed(bool isRunning, bool isAnother, string stable)
    {
        var lost = Lost(Workload) with { First = new SideObservation(null, 0, 0, false, null) };
        var status = RolledBack with
        {
            Abort = isRunning || !isAnother ? null : RolledBack.Abort,
            StartedAt = isRunning ? A.Start : RolledBack.StartedAt,
            CanaryRevision = isAnother ? "canary-old" : "stable-old",
            ObservedWorkloads = new(null, Workload),
        };

        var next = Decide(status, lost);

        Assert.That((next.StableRevision, next.RevisionScheme), Is.EqualTo((stable, New)));
    }

    [Test]
    public void WhenTheSchemeIsLostWithTheCopyAndATemplateWasPushed_ThenItDoesNotBecomeStable()
    {
        var healthy = RolledBack with { Abort = null, CanaryRevision = "stable-old", ObservedWorkloads = new(null, Workload) };

        var next = Decide(healthy, Lost(Workload with { Generation = 8 }) with { First = new SideObservation(null, 0, 0, false, null) });

        Assert.That(next.StableRevision, Is.EqualTo("stable-old"));
    }

    private static ObservedWorkload Workload => new("checkout", "uid-1", 7);

    private static Observation Lost(ObservedWorkload workload)
    {
        var seen = Seen("stable-old", "canary-old");
        return seen with { IsSchemeLost = true, Second = seen.Second with { Revision = null, Workload = workload } };
    }

    private static RolloutStatus Decide(RolloutStatus status, string stable, string canary) => Decide(status, Seen(stable, canary));

    private static RolloutStatus Decide(RolloutStatus status, Observation seen) =>
        RolloutMachine.Decide(A.Plain, [], status, seen, A.Start).Status;

    private static Observation Seen(string stable, string canary) =>
        new(1, Side(stable), Side(canary), [new RouteObservation("VirtualService shop/checkout", Weight.Zero)], [], null, [],
            null)
        { Scheme = Old, CurrentScheme = New };

    private static SideObservation Side(string revision) =>
        new(revision, 2, 2, true, null) { CurrentRevision = revision.Replace("-old", "-new", System.StringComparison.Ordinal) };
}
