using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;
using Canary.Engine.Alerts;
using Canary.Engine.Diagnostics;
using Canary.Engine.Ports;
using Canary.Engine.Tests.World;
using Canary.Testing;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace Canary.Engine.Tests.Alerting;

public sealed class GivenSourcesOfAlerts
{
    private static readonly RolloutName Checkout = new("shop", "checkout");
    private static readonly EquatableArray<AlertRule> Critical = [new AlertRule([new("severity", "critical")], AlertAction.Abort, false)];

    private ManualTime _time = null!;
    private FiringAlerts _board = null!;
    private Scripted _one = null!;
    private Scripted _other = null!;
    private Lines _log = null!;
    private AlertPolling _polling = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new ManualTime(A.Morning);
        _board = new FiringAlerts(_time);
        _log = new Lines();
        _polling = new AlertPolling([_one = new Scripted("one"), _other = new Scripted("other")], _board, _time, _log);
        _board.Watch(Checkout, Critical);
    }

    private static AlertReading Errors() =>
        new AlertReading.Read([new FiringAlert([new("alertname", "Errors"), new("severity", "critical")], A.Morning, "one")]);

    [Test]
    public async Task WhenOneIsSlow_ThenTheOtherIsHeardMeanwhile()
    {
        var answer = new TaskCompletionSource<AlertReading>();
        _one.Next = () => answer.Task;
        _other.Next = () => Task.FromResult(Errors());

        var round = _polling.PollAsync(CancellationToken.None);

        Assert.That((_board.Matching(Critical).Count, round.IsCompleted), Is.EqualTo((1, false)));
        answer.SetResult(new AlertReading.Read([]));
        await round;
    }

    [Test]
    public async Task WhenOneIsSilentForTwoMinutes_ThenThoseWhoWaitForItAreToldOnceUntilItAnswers()
    {
        var told = new List<RolloutName>();
        _board.Changed += told.Add;
        _one.Next = () => Task.FromResult<AlertReading>(new AlertReading.Faulted("503"));
        await _polling.PollAsync(CancellationToken.None);
        _time.Advance(AlertPolling.LongestSilence - TimeSpan.FromSeconds(1));
        await _polling.PollAsync(CancellationToken.None);
        Assert.That((_board.Doubts, told.Count, _log.All.Count(line => line.Level == LogLevel.Error)), Is.EqualTo(((string?)null, 0, 0)));

        _time.Advance(TimeSpan.FromSeconds(1));
        await _polling.PollAsync(CancellationToken.None);
        await _polling.PollAsync(CancellationToken.None);
        Assert.That(_board.Doubts, Is.EqualTo("one has not said for 2m which alerts fire: 503"));
        Assert.That(told, Is.EqualTo(new[] { Checkout }));
        Assert.That(_log.All.Count(line => line.Level == LogLevel.Error
            && line.Text.StartsWith("one has not said for 2m", StringComparison.Ordinal)), Is.EqualTo(1));

        _one.Next = () => Task.FromResult<AlertReading>(new AlertReading.Read([]));
        await _polling.PollAsync(CancellationToken.None);
        Assert.That((_board.Doubts, told.Count), Is.EqualTo(((string?)null, 2)));
    }

    [Test]
    public async Task WhenNobodyWantedToKnowMeanwhile_ThenThatTimeIsNoSilence()
    {
        await _polling.PollAsync(CancellationToken.None);
        _board.Watch(Checkout, []);
        await _polling.PollAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromHours(1));
        _board.Watch(Checkout, Critical);
        _one.Next = () => Task.FromResult<AlertReading>(new AlertReading.Faulted("503"));

        await _polling.PollAsync(CancellationToken.None);

        Assert.That(_board.Doubts, Is.Null);
    }

    [Test]
    public void WhenARolloutBeginsToWatch_ThenItIsSaidOnceForItsRules()
    {
        var changes = 0;
        _board.RulesChanged += () => changes++;

        _board.Watch(Checkout, [new AlertRule([new("severity", "critical")], AlertAction.Abort, false)]);
        Assert.That(changes, Is.Zero, "the same rules");
        _board.Watch(Checkout, [.. Critical, new AlertRule([new("team", "shop")], AlertAction.Pause, false)]);
        _board.Watch(new("shop", "cart"), Critical);
        _board.Watch(Checkout, []);

        Assert.That(changes, Is.EqualTo(2));
    }

    [Test]
    public async Task WhenItIsMeasured_ThenTheAgeOfEachSourceAndWhatFiresAreSeen()
    {
        _one.Next = () => Task.FromResult(Errors());
        _other.Next = () => Task.FromResult<AlertReading>(new AlertReading.Faulted("503"));
        var polls = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, all) =>
        {
            if (instrument.Name == EngineMeters.AlertPolls) all.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => polls.Add(string.Join(' ', tags.ToArray().Select(tag => tag.Value))));
        listener.Start();
        await _polling.PollAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(15));
        await _polling.PollAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.That(_polling.Ages(),
            Is.EqualTo(new (string, TimeSpan?)[] { ("one", TimeSpan.FromSeconds(5)), ("other", TimeSpan.FromSeconds(20)) }));
        Assert.That(_board.Matching(_board.Rules), Has.Count.EqualTo(1));
        Assert.That(polls, Is.EqualTo(new[] { "one read", "other failed", "one read", "other failed" }));
    }

    private sealed class Scripted(string name) : IAlertSource
    {
        public Func<Task<AlertReading>> Next { get; set; } = () => Task.FromResult<AlertReading>(new AlertReading.Read([]));

        public string Name => name;

        public bool IsComplete => false;

        public Task<AlertReading> ReadAsync(EquatableArray<AlertRule> rules, CancellationToken cancel) => Next();
    }

    private sealed class Lines : ILogger<AlertPolling>
    {
        public List<(LogLevel Level, string Text)> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => All.Add((logLevel, formatter(state, exception)));
    }
}
