using System;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using Canary.Providers.Prometheus.Query;
using Canary.Providers.Tests.Metrics;
using NUnit.Framework;

namespace Canary.Providers.Tests.Prometheus.Query;

public sealed class GivenARealPrometheusToCall
{
    private const string Rules = """
        groups:
          - name: shop
            rules:
              - { alert: CheckoutErrors, expr: "vector(0.25) > 0", labels: { severity: critical }, annotations: { summary: "25 % fail" } }
              - { alert: CheckoutSlow, expr: "vector(1)", for: 1h }
        """;

    private RealPrometheus _prometheus = null!;
    private HttpClient _http = null!;
    private PrometheusQueryClient _client = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _prometheus = await RealPrometheus.StartAsync(Rules);
        _http = new HttpClient();
        _client = new PrometheusQueryClient(_http, new Uri(_prometheus.Address), new PrometheusQueryOptions(), TimeProvider.System);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _http?.Dispose();
        if (_prometheus is not null) await _prometheus.DisposeAsync();
    }

    private static T Data<T>(PrometheusResponse response)
        where T : PrometheusResult =>
        response is PrometheusResponse.Success { Result: T data }
            ? data
            : throw new AssertionException($"found {response}, expected {typeof(T).Name}");

    [Test]
    public async Task WhenAnInstantIsAsked_ThenTheSeriesComeWithTheirLabels()
    {
        var up = Data<PrometheusResult.Vector>(await _client.QueryAsync("up", DateTimeOffset.UtcNow, default));

        Assert.That(up.Samples.Single().Value, Is.EqualTo(1));
        Assert.That(up.Samples.Single().Labels, Does.Contain(new Label("job", "self")));
        Assert.That(Data<PrometheusResult.Scalar>(await _client.QueryAsync("1 + 1", DateTimeOffset.UtcNow, default)).Value, Is.EqualTo(2));
        Assert.That(
            Data<PrometheusResult.Text>(await _client.QueryAsync("\"text\"", DateTimeOffset.UtcNow, default)).Value, Is.EqualTo("text"));
    }

    [Test]
    public async Task WhenARangeIsAsked_ThenItsPointsCome()
    {
        var to = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

        var ones = Data<PrometheusResult.Matrix>(
            await _client.QueryRangeAsync("vector(1)", to.AddMinutes(-1), to, TimeSpan.FromSeconds(15), default));

        Assert.That(
            ones.Series.Single().Points.Select(point => point.At),
            Is.EqualTo(Enumerable.Range(0, 5).Select(step => to.AddSeconds(15 * step - 60))));
    }

    [Test]
    public async Task WhenAlertsAreAsked_ThenThoseThatFireAndThoseThatArePendingCome()
    {
        var alerts = Data<PrometheusResult.Alerts>(
            await UntilAsync(() => _client.AlertsAsync(default), data => data is PrometheusResult.Alerts { Items.Count: 2 }));

        var firing = alerts.Items.Single(alert => alert.State == "firing");
        Assert.That(firing.Labels, Is.EquivalentTo(new Label[] { new("alertname", "CheckoutErrors"), new("severity", "critical") }));
        Assert.That(firing.Annotations, Is.EqualTo(new Label[] { new("summary", "25 % fail") }));
        Assert.That(firing.Value, Is.EqualTo(0.25));
        Assert.That(firing.ActiveAt, Is.LessThanOrEqualTo(DateTimeOffset.UtcNow).And.GreaterThan(DateTimeOffset.UtcNow.AddHours(-1)));
        Assert.That(alerts.Items.Single(alert => alert.State == "pending").Labels, Does.Contain(new Label("alertname", "CheckoutSlow")));
    }

    [Test]
    public async Task WhenSeriesAreAsked_ThenTheirLabelsCome()
    {
        var now = DateTimeOffset.UtcNow;

        var series = Data<PrometheusResult.Labels>(
            await _client.SeriesAsync(["up{job=\"self\"}", "no_such_metric"], now.AddHours(-1), now, default));

        Assert.That(series.Items.Single(), Does.Contain(new Label("__name__", "up")).And.Contain(new Label("job", "self")));
    }

    [Test]
    public async Task WhenMetadataIsAsked_ThenTypeAndHelpCome()
    {
        var one = Data<PrometheusResult.Metadata>(await UntilAsync(
            () => _client.MetadataAsync("prometheus_http_requests_total", default),
            data => data is PrometheusResult.Metadata { Items.Count: > 0 }));
        var all = Data<PrometheusResult.Metadata>(await _client.MetadataAsync(null, default));

        Assert.That(
            one.Items.Single(),
            Is.EqualTo(new MetricMetadata("prometheus_http_requests_total", "counter", "Counter of HTTP requests.", "")));
        Assert.That(all.Items.Select(item => item.Metric), Does.Contain("prometheus_http_requests_total").And.Contain("go_goroutines"));
    }

    [Test]
    public async Task WhenAQueryCannotBeRead_ThenTheServersWordsComeAsAValue()
    {
        var response = await _client.QueryAsync("sum(up", DateTimeOffset.UtcNow, default);

        Assert.That(response, Is.InstanceOf<PrometheusResponse.Error>());
        Assert.That(((PrometheusResponse.Error)response).ErrorType, Is.EqualTo("bad_data"));
        Assert.That((response.HttpStatus, response.IsRefusal, response.IsOutage), Is.EqualTo((400, true, false)));
    }

    [Test]
    public async Task WhenASelectorCannotBeRead_ThenTheServersWordsComeAsAValue() =>
        Assert.That(
            await _client.SeriesAsync(["{"], DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, default),
            Is.InstanceOf<PrometheusResponse.Error>());

    [Test]
    public async Task WhenThePathIsThatOfSomethingElse_ThenThatComesAsAValue()
    {
        var elsewhere = new PrometheusQueryClient(
            _http, new Uri($"{_prometheus.Address}/elsewhere"), new PrometheusQueryOptions(), TimeProvider.System);

        Assert.That((await elsewhere.AlertsAsync(default)).HttpStatus, Is.EqualTo((int)HttpStatusCode.NotFound));
    }

    [Test]
    public async Task WhenNobodyIsThere_ThenEveryCallSaysSo()
    {
        var options = new PrometheusQueryOptions { Retries = 0 };
        var client = new PrometheusQueryClient(_http, new Uri("http://127.0.0.1:1"), options, TimeProvider.System);
        var now = DateTimeOffset.UtcNow;

        PrometheusResponse[] responses =
        [
            await client.QueryAsync("up", now, default), await client.QueryRangeAsync("up", now, now, TimeSpan.FromSeconds(1), default),
            await client.AlertsAsync(default), await client.SeriesAsync(["up"], now, now, default),
            await client.MetadataAsync(null, default),
        ];

        Assert.That(responses, Has.All.InstanceOf<PrometheusResponse.Unreachable>());
    }

    [Test]
    public async Task WhenAnAnswerIsTooLong_ThenItIsRefused()
    {
        var client = new PrometheusQueryClient(
            _http, new Uri(_prometheus.Address), new PrometheusQueryOptions { MaxBodyBytes = 100 }, TimeProvider.System);

        Assert.That(await client.MetadataAsync(null, default), Is.EqualTo(new PrometheusResponse.TooLarge(100)));
    }

    [Test]
    public void WhenTheCallerGivesUp_ThenThatAloneThrows() =>
        Assert.That(
            async () => await _client.AlertsAsync(new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());

    private static async Task<PrometheusResponse> UntilAsync(Func<Task<PrometheusResponse>> ask, Func<PrometheusResult, bool> isSeen)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            var response = await ask();
            if ((response is PrometheusResponse.Success success && isSeen(success.Result)) || clock.Elapsed > TimeSpan.FromSeconds(30))
                return response;
        }
    }
}
