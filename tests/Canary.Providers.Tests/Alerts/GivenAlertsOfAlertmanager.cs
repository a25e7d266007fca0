using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Providers.Alerts;
using Canary.Providers.Tests.Metrics;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Canary.Providers.Tests.Alerts;

public sealed class GivenAlertsOfAlertmanager
{
    private const string Listed = """
        [
          {"labels":{"severity":"critical","alertname":"Errors"},"annotations":{},"startsAt":"2026-03-01T09:59:05.123Z","endsAt":"2026-03-01T10:04:00Z","fingerprint":"1","receivers":[{"name":"canary"}],
           "status":{"state":"active","silencedBy":[],"inhibitedBy":[],"mutedBy":[]}},
          {"labels":{"severity":"critical","alertname":"Silenced"},"startsAt":"2026-03-01T09:59:05Z","status":{"state":"suppressed","silencedBy":["x"],"inhibitedBy":[]}},
          {"labels":{"severity":"info","alertname":"Other"},"startsAt":"2026-03-01T09:59:05Z","status":{"state":"active"}},
          {"labels":{},"startsAt":"2026-03-01T09:59:05Z"},
          7
        ]
        """;

    private static readonly EquatableArray<AlertRule> Critical = [new AlertRule([new("severity", "critical")], AlertAction.Abort, false)];

    private readonly FakeTimeProvider _time = new(new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero));

    private async Task<(AlertReading Reading, FakeServer Server)> ReadAsync(string reply, string path = "")
    {
        await using var server = new FakeServer(_ => reply);
        using var alerts = new AlertmanagerAlerts(new Uri(server.Address + path), _time);
        return (await alerts.ReadAsync(Critical, CancellationToken.None), server);
    }

    [Test]
    public async Task WhenSomeFire_ThenThoseThatARuleMatchesAndNobodySilencedAreRead()
    {
        var (reading, server) = await ReadAsync(FakeServer.Json(Listed));

        var alert = ((AlertReading.Read)reading).Alerts.Single();
        Assert.That(
            alert.Labels.Select(label => $"{label.Name}={label.Value}"), Is.EqualTo(new[] { "alertname=Errors", "severity=critical" }));
        Assert.That(alert.Since, Is.EqualTo(new DateTimeOffset(2026, 3, 1, 9, 59, 5, 123, TimeSpan.Zero)));
        Assert.That(
            server.Requests.Single().Target, Is.EqualTo("/api/v2/alerts?active=true&silenced=false&inhibited=false&unprocessed=false"));
    }

    [TestCase("/alertmanager")]
    [TestCase("/alertmanager/")]
    public async Task WhenItIsServedUnderAPrefix_ThenThatIsAsked(string path)
    {
        var (_, server) = await ReadAsync(FakeServer.Json("[]"), path);

        Assert.That(server.Requests.Single().Path, Is.EqualTo("/alertmanager/api/v2/alerts"));
    }

    [TestCase("[]", 503, "answered with status 503")]
    [TestCase("{}", 200, "something else than a list")]
    [TestCase("<html>", 200, "no JSON")]
    public async Task WhenTheAnswerCannotBeUsed_ThenNothingIsKnownAndItIsSaid(string body, int status, string reason)
    {
        var (reading, _) = await ReadAsync(FakeServer.Json(body, status));

        Assert.That(((AlertReading.Faulted)reading).Reason, Does.StartWith("Alertmanager at http://127.0.0.1:").And.Contain(reason));
    }

    [Test]
    public async Task WhenNobodyIsThere_ThenItIsSaid()
    {
        var server = new FakeServer(_ => "");
        var address = new Uri(server.Address);
        await server.DisposeAsync();
        using var alerts = new AlertmanagerAlerts(address, _time);

        Assert.That(
            ((AlertReading.Faulted)await alerts.ReadAsync(Critical, CancellationToken.None)).Reason, Does.Contain("cannot be reached"));
    }

    [Test]
    public async Task WhenItDoesNotAnswer_ThenItIsNotWaitedForForEver()
    {
        await using var server = new FakeServer(_ => FakeServer.Never);
        using var alerts = new AlertmanagerAlerts(new Uri(server.Address), _time);
        var reading = alerts.ReadAsync(Critical, CancellationToken.None);
        while (server.Requests.IsEmpty) await Task.Yield();

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.That(((AlertReading.Faulted)await reading).Reason, Does.Contain("did not answer within 10 s"));
    }
}
