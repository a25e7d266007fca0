using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Engine.Alerting;
using Canary.Engine.Ports;
using Canary.Engine.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Canary.Engine.Tests.Alerting;

public sealed class GivenABoardOfAlerts
{
    private static readonly RolloutName _checkout = new("shop", "checkout");
    private static readonly EquatableArray<AlertRule> _critical = [new AlertRule([new Label("severity", "critical")], AlertAction.Abort, false)];

    private ManualTime _time = null!;
    private AlertBoard _board = null!;
    private List<RolloutName> _news = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new ManualTime(A.Morning);
        _board = new AlertBoard(_time);
        _news = [];
        _board.Changed += _news.Add;
        _board.Watch(_checkout, _critical);
    }

    private static EquatableArray<Label> Labels(string name, string severity = "critical") => [new("alertname", name), new("severity", severity)];

    private static HeardAlert Heard(string name, bool isFiring = true, string severity = "critical") => new(Labels(name, severity), A.Morning, isFiring);

    private FiringAlert Polled(string name, double since = 0) => new(Labels(name), A.Morning.AddSeconds(since), "prometheus");

    private string[] Firing() => [.. _board.Matching(_critical).Select(alert => alert.Name)];

    [Test]
    public void WhenAnAlertIsHeard_ThenItFiresUntilItIsResolvedAndOnlyWhomItConcernsIsTold()
    {
        _board.Hear([Heard("Errors"), Heard("Disk", severity: "info")]);
        Assert.That((Firing(), _news), Is.EqualTo((new[] { "Errors" }, new[] { _checkout })));

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

        _board.Watch(_checkout, []);

        Assert.That(Firing(), Is.Empty);
    }

    [Test]
    public void WhenASourceIsAsked_ThenItReplacesWhatItSaidAndOneThatGoesOnKeepsItsTime()
    {
        _board.Replace("prometheus", false, [Polled("Errors", 10)], A.Morning);
        _board.Replace("prometheus", false, [Polled("Errors", 500), Polled("Slow", 20)], A.Morning);

        Assert.That(_board.Matching(_critical).Select(alert => (alert.Name, alert.Since)), Is.EqualTo(new[] { ("Errors", A.Morning.AddSeconds(10)), ("Slow", A.Morning.AddSeconds(20)) }));

        _board.Replace("prometheus", false, [], A.Morning);
        Assert.That(Firing(), Is.Empty);
    }

    [Test]
    public void WhenTwoTellTheSame_ThenItIsOneSinceTheEarlierTime()
    {
        _board.Hear([Heard("Errors")]);
        _board.Replace("prometheus", false, [Polled("Errors", 30)], A.Morning);

        Assert.That(_board.Matching(_critical).Single().Since, Is.EqualTo(A.Morning));
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
        _time.Advance(AlertBoard.LongestUnheard);

        Assert.That(Firing(), Is.Empty);
    }

    [Test]
    public async Task WhenASourceFails_ThenWhatItSaidStandsAndNobodyIsAskedWithoutRules()
    {
        var source = new Scripted();
        using var polling = new AlertPolling([source], _board, _time, NullLogger<AlertPolling>.Instance);
        source.Next = () => new AlertReading.Read([Polled("Errors")]);
        await polling.PollAsync(CancellationToken.None);
        Assert.That(Firing(), Is.EqualTo(new[] { "Errors" }));

        source.Next = () => new AlertReading.Faulted("503");
        await polling.PollAsync(CancellationToken.None);
        source.Next = () => throw new InvalidOperationException("no");
        await polling.PollAsync(CancellationToken.None);
        Assert.That(Firing(), Is.EqualTo(new[] { "Errors" }));

        _board.Watch(_checkout, []);
        await polling.PollAsync(CancellationToken.None);
        Assert.That(source.Asked, Is.EqualTo(3));
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
