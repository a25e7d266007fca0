using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;
using Canary.Engine.Alerts;
using Canary.Engine.Ports;
using Canary.Engine.Tests.World;
using Canary.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Canary.Engine.Tests.Alerting;

public sealed class GivenABoardOfAlerts
{
    private static readonly RolloutName Checkout = new("shop", "checkout");
    private static readonly EquatableArray<AlertRule> Critical =
        [new AlertRule([new Label("severity", "critical")], AlertAction.Abort, false)];

    private ManualTime _time = null!;
    private FiringAlerts _board = null!;
    private List<RolloutName> _news = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new ManualTime(A.Morning);
        _board = new FiringAlerts(_time);
        _news = [];
        _board.Changed += _news.Add;
        _board.Watch(Checkout, Critical);
    }

    private static EquatableArray<Label> Labels(string name, string severity = "critical") =>
        [new("alertname", name), new("severity", severity)];

    private static HeardAlert Heard(string name, bool isFiring = true, string severity = "critical") =>
        new(Labels(name, severity), A.Morning, isFiring);

    private FiringAlert Polled(string name, double since = 0) => new(Labels(name), A.Morning.AddSeconds(since), "prometheus");

    private string[] Firing() => [.. _board.Matching(Critical).Select(alert => alert.Name)];

    [Test]
    public void WhenAnAlertIsHeard_ThenItFiresUntilItIsResolvedAndOnlyWhomItConcernsIsTold()
    {
        _board.Hear([Heard("Errors"), Heard("Disk", severity: "info")]);
        Assert.That((Firing(), _news), Is.EqualTo((new[] { "Errors" }, new[] { Checkout })));

        _board.Hear([Heard("Errors")]);
        _board.Hear([Heard("Disk", false, "info")]);
        Assert.That(_news, Has.Count.EqualTo(1), "nothing changed for it");

        _board.Hear([Heard("Errors", isFiring: false)]);
        Assert.That((Firing(), _news.Count), Is.EqualTo((Array.Empty<string>(), 2)));
    }

    [Test]
    public void WhenNoRolloutIsUnderWayAnyMore_ThenWhatASourceSaidLastIsForgotten()
    {
        _board.Replace("prometheus", false, [Polled("Errors")], A.Morning);

        _board.Watch(Checkout, []);

        Assert.That(Firing(), Is.Empty);
    }

    [Test]
    public void WhenASourceIsAsked_ThenItReplacesWhatItSaidAndOneThatGoesOnKeepsItsTime()
    {
        _board.Replace("prometheus", false, [Polled("Errors", 10)], A.Morning);
        _board.Replace("prometheus", false, [Polled("Errors", 500), Polled("Slow", 20)], A.Morning);

        Assert.That(_board.Matching(Critical)
            .Select(alert => (alert.Name, alert.Since)),
            Is.EqualTo(new[] { ("Errors", A.Morning.AddSeconds(10)), ("Slow", A.Morning.AddSeconds(20)) }));

        _board.Replace("prometheus", false, [], A.Morning);
        Assert.That(Firing(), Is.Empty);
    }

    [Test]
    public void WhenTwoTellTheSame_ThenItIsOneSinceTheEarlierTime()
    {
        _board.Hear([Heard("Errors")]);
        _board.Replace("prometheus", false, [Polled("Errors", 30)], A.Morning);

        Assert.That(_board.Matching(Critical).Single().Since, Is.EqualTo(A.Morning));
    }

    [Test]
    public void WhenACompleteSourceDoesNotNameIt_ThenALostResolutionCostsOneInterval()
    {
        _board.Hear([Heard("Errors")]);
        _board.Replace("prometheus", false, [], A.Morning.AddSeconds(1));
        Assert.That(Firing(), Is.EqualTo(new[] { "Errors" }), "another Prometheus may have told");

        _board.Replace("alertmanager", true, [], A.Morning.AddSeconds(-1));
        Assert.That(Firing(), Is.EqualTo(new[] { "Errors" }), "it was asked before the alert was heard of");

        _board.Replace("alertmanager", true, [], A.Morning.AddSeconds(1));
        Assert.That(Firing(), Is.Empty);
    }

    [Test]
    public void WhenNobodySpeaksOfItForHalfADay_ThenItIsForgotten()
    {
        _board.Hear([Heard("Errors")]);
        _time.Advance(FiringAlerts.LongestUnheard);

        Assert.That(Firing(), Is.Empty);
    }

    [Test]
    public async Task WhenASourceFails_ThenWhatItSaidStandsAndNobodyIsAskedWithoutRules()
    {
        var source = new Scripted();
        var polling = new AlertPolling([source], _board, _time, NullLogger<AlertPolling>.Instance);
        source.Next = () => new AlertReading.Read([Polled("Errors")]);
        await polling.PollAsync(CancellationToken.None);
        Assert.That(Firing(), Is.EqualTo(new[] { "Errors" }));

        source.Next = () => new AlertReading.Faulted("503");
        await polling.PollAsync(CancellationToken.None);
        source.Next = () => throw new InvalidOperationException("no");
        await polling.PollAsync(CancellationToken.None);
        Assert.That(Firing(), Is.EqualTo(new[] { "Errors" }));

        _board.Watch(Checkout, []);
        await polling.PollAsync(CancellationToken.None);
        Assert.That(source.Asked, Is.EqualTo(3));
    }

    private static readonly AlertRule ByName = Critical[0] with { IdentityLabels = ["alertname"] };

    private HeardAlert Valued(string value, double startsAt, double? endedAt = null) => new(
        [new("alertname", "Slow"), new("severity", "critical"), new("value", value)], A.Morning.AddSeconds(startsAt), endedAt is null)
    {
        EndsAt = endedAt is { } end ? A.Morning.AddSeconds(end) : null,
    };

    private double Since() => (_board.Ongoing([ByName]).Single().Since - A.Morning).TotalSeconds;

    [Test]
    public void WhenALabelCarriesAChangingValue_ThenTheAlertGoesOnSinceItsFirstValue()
    {
        _board.Watch(Checkout, [ByName]);
        _board.Hear([Valued("1", -600)]);
        for (var change = 1; change < 50; change++)
        {
            _time.Advance(TimeSpan.FromSeconds(15));
            if (change % 2 == 0) _board.Hear([Valued($"{change + 1}", change * 15), Valued($"{change}", 0, change * 15)]);
            else
            {
                // The end comes first, in a call of its own.
                _board.Hear([Valued($"{change}", 0, change * 15)]);
                _board.Hear([Valued($"{change + 1}", change * 15)]);
            }

            Assert.That(Since(), Is.EqualTo(-600), $"after change {change}");
        }
    }

    [TestCase(60, -600)]
    [TestCase(61, 161)]
    public void WhenNothingFiredForAWhile_ThenWhatFiresNextIsANewOne(int pause, double since)
    {
        _board.Watch(Checkout, [ByName]);
        _board.Hear([Valued("1", -600)]);
        _time.Advance(TimeSpan.FromSeconds(100));
        _board.Hear([Valued("1", -600, 100)]);
        Assert.That(_board.Ongoing([ByName]), Is.Empty);

        // Both are heard of five minutes later: what counts is when it was.
        _time.Advance(TimeSpan.FromMinutes(5));
        _board.Hear([Valued("2", 100 + pause)]);

        Assert.That(Since(), Is.EqualTo(since));
    }

    [Test]
    public void WhenTheEndIsHeardLate_ThenItEndedWhenItEnded()
    {
        _board.Watch(Checkout, [ByName]);
        _board.Hear([Valued("1", -600)]);
        _time.Advance(TimeSpan.FromMinutes(5));
        _board.Hear([Valued("1", -600, 100)]);
        _board.Hear([Valued("2", 200)]);

        Assert.That(Since(), Is.EqualTo(200));
    }

    [Test]
    public void WhenASourceIsAskedAgain_ThenItsAlertGoesOnWithEachValueAndItsPastIsLearned()
    {
        _board.Watch(Checkout, [ByName]);
        EquatableArray<FiringAlert> Polled(string value, double at) =>
            [new([new("alertname", "Slow"), new("severity", "critical"), new("value", value)], A.Morning.AddSeconds(at), "prometheus")];
        _board.Replace("prometheus", false, Polled("1", -10), A.Morning,
            [new OngoingAlert(ByName, [new("alertname", "Slow")], A.Morning.AddSeconds(-900))]);
        Assert.That(Since(), Is.EqualTo(-900));

        _time.Advance(TimeSpan.FromSeconds(15));
        _board.Replace("prometheus", false, Polled("2", 12), A.Morning.AddSeconds(15));
        Assert.That(Since(), Is.EqualTo(-900));

        _board.Replace("prometheus", false, [], A.Morning.AddSeconds(30));
        _time.Advance(TimeSpan.FromSeconds(90));
        _board.Replace("prometheus", false, Polled("3", 104), A.Morning.AddSeconds(105));
        Assert.That(Since(), Is.EqualTo(104), "it had ended");
    }

    private sealed class Scripted : IAlertSource
    {
        public Func<AlertReading> Next { get; set; } = () => new AlertReading.Read([]);

        public int Asked { get; private set; }

        public string Name => "scripted";

        public bool IsComplete => false;

        public Task<AlertReading> ReadAsync(EquatableArray<AlertRule> rules, CancellationToken cancel)
        {
            Asked++;
            return Task.FromResult(Next());
        }
    }
}
