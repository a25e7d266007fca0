using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Planning;
using Canary.Core.Rollouts;
using Canary.Core.Tests.Analysis;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Testing.Routers;
using NUnit.Framework;

namespace Canary.Core.Tests.Planning;

public sealed class GivenStepsToRead
{
    private static readonly AnalysisReference Template = new([new("errors", false)], []);

    private static readonly MetricSpec Metric = A.Metric with
    {
        SuccessCondition = null,
        Interval = TimeSpan.FromSeconds(30),
        Window = TimeSpan.FromSeconds(60),
        Provider = A.Red,
        Comparison = new Comparison(ComparisonKind.Sequential, []),
    };

    private static readonly PlannedRun Background = new(null, null, new RunSpec([Metric]));

    [Test]
    public void WhenAnalysisIsInTheBackground_ThenEveryPauseIsMeasured()
    {
        var ramp = Ramp.Of(Spec(0, Set(5), Pause(5), Set(25), Pause(2), Pause(3), Set(50), Pause(null)), [Background], Metric);

        Assert.That(ramp.Steps,
            Is.EqualTo(
                [new RampStep(0, Percent(5), Minutes(5)), new RampStep(2, Percent(25), Minutes(5)), new RampStep(5, Percent(50), null)]));
        Assert.That(Measured(ramp),
            Is.EqualTo([(0, (TimeSpan?)Minutes(5), true), (2, Minutes(2), false), (2, Minutes(3), false), (5, null, false)]),
            "one run: its windows begin once");
    }

    [Test]
    public void WhenItStartsLater_ThenWhatIsBeforeIsBlind()
    {
        var ramp = Ramp.Of(Spec(3, Set(5), Pause(5), Set(25), Pause(2)), [Background], Metric);

        Assert.That(Measured(ramp), Is.EqualTo([(2, (TimeSpan?)Minutes(2), true)]));
        Assert.That(ramp.Stages.Single(stage => stage.Step == 0 && stage.Length > TimeSpan.Zero).Interval, Is.Null);
    }

    [Test]
    public void WhenTheBackgroundHasACount_ThenItEnds()
    {
        var run = Background with { Run = new RunSpec([Metric with { Count = 10, InitialDelay = TimeSpan.FromSeconds(60) }]) };

        var ramp = Ramp.Of(Spec(0, Set(5), Pause(4), Set(25), Pause(10)), [run], Metric);

        Assert.That(Measured(ramp), Is.EqualTo([(0, (TimeSpan?)Minutes(4), true), (2, Minutes(2), false)]));
        Assert.That(ramp.Steps[1].Length, Is.EqualTo(Minutes(10)), "the rollout goes on");
    }

    [Test]
    public void WhenAnAnalysisIsAStep_ThenItIsMeasuredThereForItsCount()
    {
        var inline = Metric with { Count = 10, InitialDelay = TimeSpan.FromSeconds(20), Window = TimeSpan.FromSeconds(80) };

        var ramp = Ramp.Of(Spec(null, Set(5), Pause(1), new Step.Analyze(Template), Set(25)),
            [new PlannedRun(2, null, new RunSpec([inline]))], inline);

        Assert.That(ramp.Steps,
            Is.EqualTo([new RampStep(0, Percent(5), TimeSpan.FromSeconds(60 + 20 + 30 + 300)),
                new RampStep(3, Percent(25), TimeSpan.Zero)]), "the first window, what is waited for it to be read, and nine more");
        Assert.That(Measured(ramp), Is.EqualTo([(0, (TimeSpan?)TimeSpan.FromSeconds(320), true)]));
        Assert.That(ramp.Stages.Single(stage => stage.Interval is not null).Delay, Is.EqualTo(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public void WhenTheStepMeasuresSomethingElse_ThenTheBackgroundSeesItsTime()
    {
        var other = Metric with
        {
            Name = "other",
            Comparison = null,
            Count = 5,
            Window = TimeSpan.FromMinutes(1),
            Interval = TimeSpan.FromMinutes(1)
        };

        var ramp =
            Ramp.Of(Spec(0, Set(5), new Step.Analyze(Template)), [new PlannedRun(1, null, new RunSpec([other])), Background], Metric);

        Assert.That(Measured(ramp), Is.EqualTo([(0, (TimeSpan?)Minutes(5), true)]));
    }

    [Test]
    public void WhenItIsADryRun_ThenItDecidesNothing() =>
        Assert.That(Measured(Ramp.Of(Spec(0, Set(5), Pause(5)), [Background with { Run = new RunSpec([Metric with { IsDryRun = true }]) }],
            Metric)), Is.Empty);

    private static (int Step, TimeSpan? Length, bool IsNewRun)[] Measured(Ramp ramp) =>
        [.. ramp.Stages.Where(stage => stage.Interval is not null).Select(stage => (stage.Step, stage.Length, stage.IsNewRun))];

    private static RolloutSpec Spec(int? startingStep, params Step[] steps) => new(
        new TrafficSpec(new SideSpec("a", null, null), new SideSpec("b", null, null), new NamedRouter("checkout")), null, [.. steps],
        startingStep is { } from ? new BackgroundAnalysis(Template, from) : null, Minutes(10), false);

    private static Step Set(int percent) => new Step.SetWeight(Percent(percent));

    private static Step Pause(int? minutes) => new Step.Pause(minutes is { } length ? Minutes(length) : null);

    private static Weight Percent(int percent) => Weight.FromPercent(percent);

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);
}
