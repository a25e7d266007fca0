using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Threading.Tasks;
using Canary.Controller.Tests.Scheduling;
using Canary.Controller.Web;
using Canary.Core.Analysis.Answers;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;
using Canary.Engine.Alerts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Prometheus;

namespace Canary.Controller.Tests.Web;

public sealed class GivenAlertmanagersWebhook
{
    private const string Firing = """
        {"version":"4","groupKey":"{}:{}","truncatedAlerts":0,"status":"firing","receiver":"canary","groupLabels":{},"commonLabels":{},"commonAnnotations":{},"externalURL":"http://am","notificationReason":"new",
         "alerts":[{"status":"firing","labels":{"severity":"critical","alertname":"CheckoutErrors"},"annotations":{"summary":"x"},"startsAt":"2026-03-01T10:00:05.123Z","endsAt":"0001-01-01T00:00:00Z",
         "generatorURL":"http://p","fingerprint":"b1","values":{"a":1}}]}
        """;

    private static readonly EquatableArray<AlertRule> Rules =
        [new AlertRule([new Label("alertname", "CheckoutErrors")], AlertAction.Abort, false)];

    private FixedTime _time = null!;
    private string _token = null!;
    private bool _isLeading;
    private FiringAlerts _board = null!;
    private Lines _lines = null!;
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _token = Path.GetTempFileName();
        await File.WriteAllTextAsync(_token, "s3cret\n");
        _time = new FixedTime();
        _isLeading = true;
        _board = new FiringAlerts(TimeProvider.System);
        _lines = new Lines();
        await ServeAsync(_token);
    }

    [TearDown]
    public async Task StopAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        File.Delete(_token);
    }

    private async Task ServeAsync(string? tokenFile)
    {
        var hook = new AlertHook(
            _board, tokenFile, () => _isLeading, Metrics.WithCustomRegistry(Metrics.NewCustomRegistry()), _time, _lines);
        await hook.AnnounceAsync(default);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(hook.AnswerAsync);
        await _app.StartAsync();
        _client =
            new HttpClient
            {
                BaseAddress =
                new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First())
            };
    }

    private async Task<(int Status, string Text)> PostAsync(string body, string? token = "s3cret")
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, AlertHook.Path)
        { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        using var response = await _client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    [Test]
    public async Task WhenAnAlertFires_ThenItIsOnTheBoardUntilItIsResolved()
    {
        Assert.That((await PostAsync(Firing)).Status, Is.EqualTo(200));
        Assert.That(_board.Matching(Rules).Single(), Is.EqualTo(
            new FiringAlert([new("alertname", "CheckoutErrors"), new("severity", "critical")],
                new DateTimeOffset(2026, 3, 1, 10, 0, 5, 123, TimeSpan.Zero), "Alertmanager's webhook")));

        Assert.That(
            (await PostAsync(Firing.Replace("\"status\":\"firing\"", "\"status\":\"resolved\"", StringComparison.Ordinal))).Status,
            Is.EqualTo(200));
        Assert.That(_board.Matching(Rules), Is.Empty);
        Assert.That(_lines.All, Is.Empty);
    }

    [TestCase("{\"version\":\"3\",\"alerts\":[]}", 400, "found \"3\", allowed is \"4\"")]
    [TestCase("{\"alerts\":[]}", 400, "version: found none")]
    [TestCase("{\"version\":\"4\"}", 400, "alerts: a list is needed")]
    [TestCase("{\"version\":\"4\",\"alerts\":[{\"labels\":{},\"startsAt\":\"2026-03-01T10:00:00Z\"}]}", 400, "alerts[0]")]
    [TestCase("{\"version\":\"4\",\"alerts\":[{\"labels\":{\"a\":1},\"startsAt\":\"2026-03-01T10:00:00Z\"}]}", 400, "alerts[0]")]
    [TestCase("{\"version\":", 400, "no JSON: line 1")]
    [TestCase("[]", 400, "no JSON object")]
    [TestCase("{\"version\":\"4\",\"alerts\":[{\"labels\":{\"a\":\"x\",\"a\":\"y\"},\"startsAt\":\"2026-03-01T10:00:00Z\"}]}", 400,
        "alerts[0]")]
    [TestCase("{\"version\":\"4\",\"alerts\":[{\"labels\":{\"a\":\"\\ud800\"},\"startsAt\":\"2026-03-01T10:00:00Z\"}]}", 400, "alerts[0]")]
    [TestCase("{\"version\":\"4\",\"alerts\":[{\"labels\":{\"\\udfff\":\"a\"},\"startsAt\":\"2026-03-01T10:00:00Z\"}]}", 400, "alerts[0]")]
    [TestCase("", 400, "no JSON")]
    public async Task WhenThePayloadIsWrong_ThenItIsSaidAndLogged(string body, int status, string text)
    {
        var answer = await PostAsync(body);

        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(answer.Text, Does.Contain(text));
        Assert.That(_lines.All, Has.Length.EqualTo(1).And.All.Contains(text));
    }

    [Test]
    public async Task WhenThePayloadIsNoUtf8_ThenItIsRefused()
    {
        byte[] body =
            [.. "{\"version\":\"4\",\"alerts\":[{\"labels\":{\"a\":\""u8, 0xc3, 0x28, .. "\"},\"startsAt\":\"2026-03-01T10:00:00Z\"}]}"u8];
        using var request = new HttpRequestMessage(HttpMethod.Post, AlertHook.Path) { Content = new ByteArrayContent(body) };
        request.Headers.Authorization = new("Bearer", "s3cret");
        using var response = await _client.SendAsync(request);

        Assert.That((int)response.StatusCode, Is.EqualTo(400));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("alerts[0]"));
    }

    [TestCase(null)]
    [TestCase("wrong")]
    [TestCase("s3cret2")]
    public async Task WhenTheTokenIsWrong_ThenNothingIsTaken(string? token)
    {
        Assert.That((await PostAsync(Firing, token)).Status, Is.EqualTo(401));
        Assert.That(_board.Matching(Rules), Is.Empty);
        Assert.That(_lines.All.Single(), Does.Contain("401").And.Not.Contain("s3cret"));
    }

    [Test]
    public async Task WhenTheTokenIsRotated_ThenTheNewOneCountsAtOnce()
    {
        await File.WriteAllTextAsync(_token, "another");

        Assert.That(((await PostAsync(Firing)).Status, (await PostAsync(Firing, "another")).Status), Is.EqualTo((401, 200)));
    }

    [Test]
    public async Task WhenTheTokenCannotBeRead_ThenItIsSentAgainLater()
    {
        await File.WriteAllTextAsync(_token, "");

        Assert.That((await PostAsync(Firing, "")).Status, Is.EqualTo(503));
    }

    [Test]
    public async Task WhenThisProcessIsOnStandby_ThenAlertmanagerIsToSendItAgain()
    {
        _isLeading = false;

        Assert.That((await PostAsync(Firing)).Status, Is.EqualTo(503));
        Assert.That((await PostAsync(Firing, "wrong")).Status, Is.EqualTo(401), "who leads is nobody else's business");
        Assert.That(_board.Matching(Rules), Is.Empty);
    }

    [Test]
    public async Task WhenThePayloadIsTooLarge_ThenItIsRefused() =>
        Assert.That((await PostAsync(Firing + new string(' ', AlertHook.MaxBytes))).Status, Is.EqualTo(413));

    private static string One(string status, string startsAt, string endsAt) =>
        $$"""{"version":"4","alerts":[{"status":"{{status}}","labels":{"alertname":"CheckoutErrors"},"startsAt":"{{startsAt}}","endsAt":"{{endsAt}}"}]}""";

    [TestCase("2026-03-01T10:00:05Z", 0, TestName = "WhenAnotherReplicaTellsLateThatItBegan_ThenItIsOldNews")]
    [TestCase("2026-03-01T10:00:03Z", 0, TestName = "WhenAnotherReplicaWithAClockBehindTellsLate_ThenItIsOldNews")]
    [TestCase("2026-03-01T10:05:00Z", 0, TestName = "WhenItBeganAtTheMomentItEnded_ThenItIsOldNews")]
    [TestCase("2026-03-01T10:05:01Z", 1, TestName = "WhenItFiresAnewAfterItEnded_ThenItCounts")]
    public async Task WhenFiringComesAfterResolved(string startsAt, int firing)
    {
        await PostAsync(One("firing", "2026-03-01T10:00:05Z", "0001-01-01T00:00:00Z"));
        await PostAsync(One("resolved", "2026-03-01T10:00:05Z", "2026-03-01T10:05:00Z"));

        await PostAsync(One("firing", startsAt, "0001-01-01T00:00:00Z"));

        Assert.That(_board.Matching(Rules), Has.Count.EqualTo(firing));
    }

    [Test]
    public async Task WhenResolvedComesFirstOfAll_ThenALateFiringIsOldNewsToo()
    {
        await PostAsync(One("resolved", "2026-03-01T10:00:05Z", "2026-03-01T10:05:00Z"));
        await PostAsync(One("firing", "2026-03-01T10:00:05Z", "0001-01-01T00:00:00Z"));

        Assert.That(_board.Matching(Rules), Is.Empty);
    }

    [Test]
    public async Task WhenResolvedIsOfAnEarlierTime_ThenWhatFiresSinceGoesOn()
    {
        await PostAsync(One("firing", "2026-03-01T10:06:00Z", "0001-01-01T00:00:00Z"));
        await PostAsync(One("resolved", "2026-03-01T10:00:05Z", "2026-03-01T10:05:00Z"));

        Assert.That(_board.Matching(Rules), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WhenAnEndLiesInTheFuture_ThenItHidesNothingThatBeginsLater()
    {
        await PostAsync(One("resolved", "2026-03-01T10:00:05Z", "2099-01-01T00:00:00Z"));
        await PostAsync(One("firing", DateTimeOffset.UtcNow.AddSeconds(1).ToString("O"), "0001-01-01T00:00:00Z"));

        Assert.That(_board.Matching(Rules), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WhenAStormOfAlertsComes_ThenAllOfItIsTaken()
    {
        var noise = string.Join(',', Enumerable.Range(0, 9_000).Select(index =>
            $$"""{"status":"firing","labels":{"alertname":"PodDown","pod":"pod-{{index}}"},"annotations":{"description":"{{new string('x', 1_500)}}"},"startsAt":"2026-03-01T10:00:00Z"}"""));
        var storm =
            $$"""{"receiver":"canary","alerts":[{{noise}},{"status":"firing","labels":{"alertname":"CheckoutErrors"},"startsAt":"2026-03-01T10:00:00Z"}],"groupLabels":{},"version":"4"}""";

        var answer = await PostAsync(storm);

        Assert.That((answer.Status, storm.Length > 12 << 20, _board.Matching(Rules).Count), Is.EqualTo((200, true, 1)));
    }

    [Test]
    public async Task WhenTheBoardIsFullOfOthers_ThenAnAlertThatARuleNamesStillFindsPlace()
    {
        _board.Watch(new("shop", "checkout"), Rules);
        var noise = string.Join(',', Enumerable.Range(0, FiringAlerts.MostHeard + 10).Select(index =>
            $$"""{"status":"firing","labels":{"alertname":"PodDown","pod":"pod-{{index}}"},"startsAt":"2026-03-01T10:00:00Z"}"""));

        await PostAsync(
            $$"""{"version":"4","alerts":[{{noise}},{"status":"firing","labels":{"alertname":"CheckoutErrors"},"startsAt":"2026-03-01T10:00:00Z"}]}""");

        Assert.That(_board.Matching(Rules), Has.Count.EqualTo(1));
    }

    // The form of
    // https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
    private const string Grafana = """
        {"receiver":"canary","status":"firing","orgId":1,"alerts":[{"status":"firing","labels":{"alertname":"CheckoutErrors","grafana_folder":"shop"},"annotations":{"summary":"x"},
        "startsAt":"2026-03-01T12:00:05.157076+02:00","endsAt":"0001-01-01T00:00:00Z","generatorURL":"https://grafana/alerting/1/view","fingerprint":"c6eadffa33fcdf37","silenceURL":"https://grafana/s",
        "dashboardURL":"","panelURL":"","values":{"B":44.23943737541908,"C":1},"valueString":"[ var='B' labels={} value=44.2 ]"}],"groupLabels":{"alertname":"CheckoutErrors"},"commonLabels":{},
        "commonAnnotations":{},"externalURL":"https://grafana/","version":"1","groupKey":"{}:{}","truncatedAlerts":0,"title":"[FIRING:1]","state":"alerting","message":"**Firing**"}
        """;

    [Test]
    public async Task WhenGrafanaCalls_ThenItsAlertsAreTaken()
    {
        Assert.That((await PostAsync(Grafana)).Status, Is.EqualTo(200));
        Assert.That(
            _board.Matching(Rules).Single().Since,
            Is.EqualTo(new DateTimeOffset(2026, 3, 1, 10, 0, 5, TimeSpan.Zero).AddTicks(1_570_760)));

        await PostAsync(
            Grafana.Replace("\"status\":\"firing\"", "\"status\":\"resolved\"", StringComparison.Ordinal)
            .Replace("0001-01-01T00:00:00Z", "2026-03-01T12:01:00+02:00", StringComparison.Ordinal));
        Assert.That(_board.Matching(Rules), Is.Empty);
    }

    [TestCase(200, null)]
    [TestCase(400, "400")]
    [TestCase(413, "413")]
    [TestCase(401, null)]
    public async Task WhenACallWithTheTokenIsRefused_ThenTheRolloutsUnderWayAreTold(int status, string? doubt)
    {
        _board.Watch(new("shop", "checkout"), Rules);

        var answer = await PostAsync(
            status switch { 400 => "[]", 413 => Firing + new string(' ', AlertHook.MaxBytes), _ => Firing },
            status == 401 ? "wrong" : "s3cret");

        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(_board.Doubts, doubt is null ? Is.Null : Does.Contain(doubt).And.Contain("webhook"));
    }

    [Test]
    public async Task WhenItIsNoPost_ThenItIsRefused()
    {
        using var response = await _client.GetAsync(AlertHook.Path);

        Assert.That((response.StatusCode, response.Content.Headers.Allow.Single()), Is.EqualTo((HttpStatusCode.MethodNotAllowed, "POST")));
    }

    [Test]
    public async Task WhenNoTokenIsConfigured_ThenItIsNotServed()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        await ServeAsync(null);

        Assert.That((await PostAsync(Firing)).Status, Is.EqualTo(404));
        Assert.That(
            _lines.All.Single(),
            Does.Contain("takes no calls").And.Contain("--alert-token-file"),
            "said at the start, and not at each call");
    }

    [Test]
    public async Task WhenItIsToBeSentAgain_ThenTheConnectionIsClosedSoThatItMayReachTheLeader()
    {
        _isLeading = false;
        using var request = new HttpRequestMessage(HttpMethod.Post, AlertHook.Path) { Content = new StringContent(Firing) };
        request.Headers.Authorization = new("Bearer", "s3cret");

        using var standby = await _client.SendAsync(request);
        using var other = await _client.GetAsync(AlertHook.Path);

        Assert.That((standby.Headers.ConnectionClose, other.Headers.ConnectionClose), Is.EqualTo(((bool?)true, (bool?)null)));
    }

    [Test]
    public async Task WhenCallsAreRefusedAgainAndAgain_ThenEachKindIsSaidOnceAMinuteAndTheRestIsCounted()
    {
        for (var call = 0; call < 5; call++) await PostAsync(Firing, "wrong");
        await PostAsync("[]");
        Assert.That(_lines.All, Has.Length.EqualTo(2));

        _time.Now += AlertHook.BetweenLines;
        await PostAsync(Firing, "wrong");

        Assert.That(_lines.All, Has.Length.EqualTo(3));
        Assert.That(_lines.All[2], Does.Contain("401").And.Contain("4 times more"));
    }

    [Test]
    public async Task WhenThereIsNoTokenYet_ThenItIsSaidAtTheStart()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        await ServeAsync(_token + ".none");

        Assert.That(_lines.All.Single(), Does.Contain($"no token in {_token}.none"));
        Assert.That((await PostAsync(Firing)).Status, Is.EqualTo(503));
    }

    private sealed class Lines : ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _all = new();

        public string[] All => [.. _all];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState,
            Exception?,
            string> formatter) => _all.Enqueue(formatter(state, exception));
    }
}
