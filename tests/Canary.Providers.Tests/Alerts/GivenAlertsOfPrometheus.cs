using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Providers.Alerts;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Canary.Providers.Tests.Alerts;

public sealed class GivenAlertsOfPrometheus
{
    private static readonly EquatableArray<AlertRule> Critical = [new AlertRule([new("severity", "critical")], AlertAction.Abort, false)];
    private static readonly EquatableArray<Label> Labels = [new("alertname", "Errors"), new("severity", "critical")];

    private FakeTimeProvider _time = null!;
    private Scripted _source = null!;
    private PrometheusAlerts _alerts = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new FakeTimeProvider(new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero));
        _source = new Scripted();
        _alerts = new PrometheusAlerts(_source, "http://prometheus:9090/", _time);
    }

    private DateTimeOffset Ago(double seconds) => _time.GetUtcNow().AddSeconds(-seconds);

    // Fires now; its expression has held for so long; and it was seen firing so long ago.
    private void Fires(double? held, params double[] seen)
    {
        _source.Firing = new MetricAnswer.Vector([new Sample([new("__name__", "ALERTS"), .. Labels, new("alertstate", "firing")], 1)], []);
        _source.Holding = new MetricAnswer.Vector(
            held is { } ago ? [new Sample([new("__name__", "ALERTS_FOR_STATE"), .. Labels], Ago(ago).ToUnixTimeSeconds())] : [], []);
        _source.History = new MetricAnswer.Matrix([new Series([], seen.Select(one => new Point(Ago(one), 1)).ToEquatableArray())], []);
    }

    private static double[] Every(double spacing, double from, double to = 0) =>
        [.. Enumerable.Range(0, (int)((from - to) / spacing) + 1).Select(index => from - index * spacing)];

    private async Task<FiringAlert> OneAsync() =>
        ((AlertReading.Read)await _alerts.ReadAsync(Critical, CancellationToken.None)).Alerts.Single();

    private async Task<double> FiringForAsync() => (_time.GetUtcNow() - (await OneAsync()).Since).TotalSeconds;

    [TestCase("not a label")]
    [TestCase("x=\"y\"} or ALERTS{alertname")]
    public async Task WhenARuleNamesWhatIsNoLabel_ThenTheOthersAreAskedForAndItIsNot(string name)
    {
        Fires(held: 60, Every(15, 60));

        var reading = await _alerts.ReadAsync(
            [.. Critical, new AlertRule([new(name, "x")], AlertAction.Abort, false)], CancellationToken.None);

        Assert.That(((AlertReading.Read)reading).Alerts, Has.Count.EqualTo(1));
        Assert.That(_source.Queries, Has.None.Contains("x"));
    }

    [Test]
    public async Task WhenOneFires_ThenItHasTheLabelsOfTheAlertAndNoOthers()
    {
        Fires(held: 60, Every(15, 60));

        var alert = await OneAsync();

        Assert.That(alert.Labels, Is.EqualTo(Labels));
        Assert.That(alert.Name, Is.EqualTo("Errors"));
        Assert.That(_source.Queries, Has.Some.EqualTo("ALERTS{alertstate=\"firing\",severity=\"critical\"}"));
    }

    [Test]
    public async Task WhenRulesHaveRequirements_ThenPrometheusIsAskedByThem()
    {
        Fires(held: 60, Every(15, 60));
        AlertRule rule = new(
            [new("severity", "critical")],
            AlertAction.Abort,
            false)
        {
            MatchExpressions =
            [new("service", AlertMatchOperator.Matches, ["check\\w+"]), new("team", AlertMatchOperator.DoesNotExist, [])]
        };

        await _alerts.ReadAsync([rule], CancellationToken.None);

        Assert.That(
            _source.Queries,
            Has.Some.EqualTo("ALERTS{alertstate=\"firing\",severity=\"critical\",service=~\"(?:check\\\\w+)\",team=\"\"}"));
    }

    [Test]
    public async Task WhenALabelOfARuleIsNoLabel_ThenPrometheusNeverHearsOfItAndTheOtherRulesAreAsked()
    {
        Fires(held: 60, Every(15, 60));

        var reading = await _alerts.ReadAsync(
            [new AlertRule([new("x=\"y\"} or ALERTS{alertname", "z")], AlertAction.Abort, false), Critical[0]], CancellationToken.None);

        Assert.That(((AlertReading.Read)reading).Alerts, Has.Count.EqualTo(1));
        Assert.That(_source.Queries, Has.None.Contains(" or "));
    }

    [Test]
    public async Task WhenARuleNamesItsIdentity_ThenThePastIsLookedThroughOnceForIt()
    {
        AlertRule rule = Critical[0] with { IdentityLabels = ["alertname"] };
        Fires(held: 60, Every(15, 60));
        _source.Past = new MetricAnswer.Matrix(
            [new Series([new("alertname", "Errors")], Every(24, 7200, 6000).Concat(Every(24, 3600)).Select(ago => new Point(Ago(ago), 2))
                .ToEquatableArray()), new Series([new("alertname", "Ended")], [new Point(Ago(600), 1)])], []);

        var first = (AlertReading.Read)await _alerts.ReadAsync([rule], CancellationToken.None);
        var second = (AlertReading.Read)await _alerts.ReadAsync([rule], CancellationToken.None);

        Assert.That(first.Ongoing, Is.EqualTo(new[] { new OngoingAlert(rule, [new("alertname", "Errors")], Ago(3600)) }));
        Assert.That(second.Ongoing, Is.Empty);
        Assert.That(
            _source.Queries.Count(query => query == "count by (alertname) (ALERTS{alertstate=\"firing\",severity=\"critical\"})"),
            Is.EqualTo(1));
    }

    [Test]
    public async Task WhenThePastCannotBeRead_ThenNothingIsTakenForNew()
    {
        Fires(held: 60, Every(15, 60));
        _source.Past = new MetricAnswer.Faulted("query timed out");

        Assert.That(
            await _alerts.ReadAsync([Critical[0] with { IdentityLabels = ["alertname"] }], CancellationToken.None),
            Is.EqualTo(new AlertReading.Faulted("query timed out")));
    }

    [Test]
    public async Task WhenItsRuleWaitsFirst_ThenItFiresSinceItWasFirstSeenFiringAndNotSinceItsExpressionHolds()
    {
        Fires(held: 180, Every(15, 60));

        Assert.That(await FiringForAsync(), Is.EqualTo(60));
    }

    [Test]
    public async Task WhenItIsOlderThanIsLookedBack_ThenTheTimeSinceItsExpressionHoldsStandsForIt()
    {
        Fires(held: 7200, Every(15, 890));

        Assert.That(await FiringForAsync(), Is.EqualTo(7200));
    }

    [Test]
    public async Task WhenItIsOldButItsExpressionIsNotKnown_ThenItIsAtLeastAsOldAsIsSeen()
    {
        Fires(held: null, Every(15, 890));

        Assert.That(await FiringForAsync(), Is.EqualTo(890));
    }

    [TestCase(1, 60)]
    [TestCase(15, 90)]
    [TestCase(60, 180)]
    public async Task WhenItEndedAndFiredAnew_ThenTheNewBeginningCounts(int spacing, int pause)
    {
        var anew = 2 * spacing;
        Fires(held: anew, [.. Every(spacing, 840, anew + pause), .. Every(spacing, anew)]);

        Assert.That(await FiringForAsync(), Is.EqualTo(anew));
    }

    [TestCase(1, 8)]
    [TestCase(15, 30)]
    [TestCase(60, 120)]
    public async Task WhenAnEvaluationWasMissed_ThenItGoesOn(int spacing, int pause)
    {
        Fires(held: null, [.. Every(spacing, 600, 120 + pause), .. Every(spacing, 120)]);

        Assert.That(await FiringForAsync(), Is.EqualTo(600));
    }

    [Test]
    public async Task WhenPrometheusWasAwayForAWhile_ThenAnAlertWhoseExpressionHeldAllTheTimeIsNoNewOne()
    {
        Fires(held: 3600, [.. Every(15, 890, 290), .. Every(15, 30)]);

        Assert.That(await FiringForAsync(), Is.EqualTo(3600));
    }

    [Test]
    public async Task WhenItWasSeenOnce_ThenItFiresSinceThen()
    {
        Fires(held: 5, 3);

        Assert.That(await FiringForAsync(), Is.EqualTo(3));
    }

    [Test]
    public async Task WhenAStormFires_ThenTheirBeginningsAreAskedForOnceARule()
    {
        var storm = Enumerable.Range(0, 300)
            .Select(index => (EquatableArray<Label>)[new("alertname", "Errors"), new("pod", $"p{index}"), new("severity", "critical")])
            .ToArray();
        _source.Firing = new MetricAnswer.Vector(
            [.. storm.Select(labels => new Sample([new("__name__", "ALERTS"), .. labels, new("alertstate", "firing")], 1))], []);
        _source.History = new MetricAnswer.Matrix(
            [.. storm.Select((labels, index) => new Series([new("__name__", "ALERTS"), new("alertstate", "firing"), .. labels],
                Every(15, 15 * (index % 50)).Select(ago => new Point(Ago(ago), 1)).ToEquatableArray()))], []);

        var reading = (AlertReading.Read)await _alerts.ReadAsync(Critical, CancellationToken.None);

        Assert.That(_source.Queries, Has.Count.EqualTo(3));
        Assert.That(_source.Queries[^1], Is.EqualTo("ALERTS{alertstate=\"firing\",severity=\"critical\"}[900s]"));
        Assert.That(
            reading.Alerts.Select(alert => (_time.GetUtcNow() - alert.Since).TotalSeconds),
            Is.EqualTo(Enumerable.Range(0, 300).Select(index => 15.0 * (index % 50))));
    }

    [Test]
    public async Task WhenNothingFires_ThenNothingMoreIsAsked()
    {
        var reading = (AlertReading.Read)await _alerts.ReadAsync(Critical, CancellationToken.None);

        Assert.That((reading.Alerts.Count, _source.Queries.Count), Is.EqualTo((0, 1)));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public async Task WhenAQuestionFails_ThenNothingIsKnown(int question)
    {
        Fires(held: 60, Every(15, 60));
        var fault = new MetricAnswer.Faulted("503");
        if (question == 0) _source.Firing = fault;
        if (question == 1) _source.Holding = fault;
        if (question == 2) _source.History = fault;

        Assert.That(await _alerts.ReadAsync(Critical, CancellationToken.None), Is.EqualTo(new AlertReading.Faulted("503")));
    }

    [Test]
    public async Task WhenALabelHasQuotes_ThenTheyAreEscaped()
    {
        await _alerts.ReadAsync(
            [new AlertRule([new("team", "a\"b\\c\nd")], AlertAction.Abort, false), .. Critical], CancellationToken.None);

        Assert.That(
            _source.Queries.Single(),
            Is.EqualTo("ALERTS{alertstate=\"firing\",team=\"a\\\"b\\\\c\\nd\"} or ALERTS{alertstate=\"firing\",severity=\"critical\"}"));
    }

    private sealed class Scripted : IMetricSource
    {
        public MetricAnswer Firing { get; set; } = new MetricAnswer.Vector([], []);

        public MetricAnswer Holding { get; set; } = new MetricAnswer.Vector([], []);

        public MetricAnswer History { get; set; } = new MetricAnswer.Matrix([], []);

        public MetricAnswer Past { get; set; } = new MetricAnswer.Matrix([], []);

        public List<string> Queries { get; } = [];

        public string Provider => "prometheus";

        public Task<MetricAnswer> AskAsync(MetricQuery query, CancellationToken cancel)
        {
            Queries.Add(query.Query);
            return Task.FromResult(
                query.Range is not null ? Past : query.Query.EndsWith(']') ? History
                : query.Query.StartsWith("ALERTS_FOR_STATE", StringComparison.Ordinal) ? Holding : Firing);
        }
    }
}
