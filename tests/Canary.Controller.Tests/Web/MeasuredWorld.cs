using System;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Canary.Controller.Monitoring;
using Canary.Controller.Tests.Scheduling;
using Canary.Controller.Web;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;
using Canary.Engine.Alerts;
using Canary.Engine.Diagnostics;
using Canary.Engine.Ports;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace Canary.Controller.Tests.Web;

/// <summary>
/// Two rollouts, a good query and a bad one, a source of alerts that answers and one that does not, a call of the webhook, and a verdict of
/// each kind: whatever a controller measures beside its own process.
/// </summary>
internal sealed class MeasuredWorld : IDisposable
{
    public static readonly RolloutName Checkout = new("shop", "checkout");
    public static readonly RolloutName Cart = new("shop", "cart");

    private static readonly FixedTime Time = new();
    private static readonly MetricQuery Query =
        new("prometheus", "shop", null, "up", null, Time.GetUtcNow(), TimeSpan.FromSeconds(5), null, [], false, null);

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly LibraryMetrics _libraries;
    private readonly MeteredSource _source;

    private MeasuredWorld()
    {
        Rollouts = new RolloutMetrics(_registry, () => true);
        _libraries = new LibraryMetrics(_registry);
        _source = new MeteredSource(new AnyQuery(), _registry, Time);
    }

    public RolloutMetrics Rollouts { get; }

    public static async Task<MeasuredWorld> StartAsync()
    {
        var world = new MeasuredWorld();
        world.Rollouts.Show(Checkout, Status(Phase.Progressing, 2, 20, 10));
        world.Rollouts.Show(Cart, Status(Phase.Initializing, 0, 0, null));
        world.Rollouts.Passed(TimeSpan.FromMilliseconds(12));
        world.Rollouts.Failed();
        await world.AskAsync(Checkout);
        await world._source.AskAsync(Query with { Query = "down" }, default);
        await world.HearAlertsAsync();
        var none = new MetricStatus("errors", RunPhase.Running, "", 0, 0, 0, 0, 0, null, []);
        var each = none with { Successful = 1, Failed = 1, Inconclusive = 1, Errors = 1 };
        EngineMeters.CountVerdicts(RunStatus.New with { Metrics = [none] }, RunStatus.New with { Metrics = [each] });
        return world;
    }

    public static RolloutStatus Status(Phase phase, int step, int desired, int? applied) => RolloutStatus.New with
    {
        Phase = phase,
        CurrentStepIndex = step,
        Weights =
            WeightStatus.None with
            {
                Desired = Weight.FromPercent(desired),
                Applied = applied is { } shown ? Weight.FromPercent(shown)
                : null
            },
    };

    public Task AskAsync(RolloutName rollout) => _source.AskForAsync(rollout, Query, default);

    public async Task<string> PageAsync(ExpositionFormat format = ExpositionFormat.PrometheusText)
    {
        using var page = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(page, format, default);
        return Encoding.UTF8.GetString(page.ToArray());
    }

    public void Dispose() => _libraries.Dispose();

    private async Task HearAlertsAsync()
    {
        var alerts = new FiringAlerts(Time);
        alerts.Watch(Checkout, [new AlertRule([new Label("alertname", "CheckoutErrors")], AlertAction.Abort, false)]);
        var sources = new[] { new AnySource("one", new AlertReading.Read([])), new AnySource("other", new AlertReading.Faulted("503")) };
        var polling = new AlertPolling(sources, alerts, Time, NullLogger<AlertPolling>.Instance);
        AlertMetrics.Register(_registry, alerts, polling);
        await polling.PollAsync(default);
        var token = Path.GetTempFileName();
        await File.WriteAllTextAsync(token, "s3cret");
        var call = new DefaultHttpContext();
        call.Request.Method = HttpMethods.Post;
        call.Request.Headers.Authorization = "Bearer s3cret";
        call.Request.Body = new MemoryStream(
            """{"version":"4","alerts":[{"status":"firing","labels":{"alertname":"CheckoutErrors"},"startsAt":"2026-03-01T10:00:00Z"}]}"""u8.ToArray());
        await new AlertHook(alerts, token, () => true, Metrics.WithCustomRegistry(_registry), Time, NullLogger.Instance).AnswerAsync(call);
        File.Delete(token);
    }

    private sealed class AnyQuery : IMetricSource
    {
        public string Provider => "prometheus";

        public Task<MetricAnswer> AskAsync(MetricQuery query, CancellationToken cancel) =>
            Task.FromResult<MetricAnswer>(query.Query == "up" ? new MetricAnswer.Vector([], []) : new MetricAnswer.Faulted("no"));
    }

    private sealed class AnySource(string name, AlertReading reading) : IAlertSource
    {
        public string Name => name;

        public bool IsComplete => true;

        public Task<AlertReading> ReadAsync(EquatableArray<AlertRule> rules, CancellationToken cancel) => Task.FromResult(reading);
    }
}
