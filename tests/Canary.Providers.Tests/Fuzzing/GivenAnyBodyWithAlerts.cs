using System;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;
using Canary.Engine.Alerts;
using Canary.Engine.Ports;
using Canary.Fuzzing;
using Canary.Providers.Alerts;
using Canary.Providers.Metrics;
using Canary.Providers.Prometheus.Query;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Canary.Providers.Tests.Fuzzing;

/// <summary>
/// Whatever Alertmanager, Grafana or Prometheus tell of alerts is read or refused, and what is read can be put up on the board and asked
/// for.
/// </summary>
public sealed class GivenAnyBodyWithAlerts
{
    private const long MostBytes = 32L << 20;

    private static readonly JsonNode[] Webhooks = Parsed(
        """{"version":"4","groupKey":"{}:{}","truncatedAlerts":0,"status":"firing","receiver":"canary","groupLabels":{},"commonLabels":{},"alerts":[{"status":"firing","labels":{"severity":"critical","alertname":"Errors"},"annotations":{"summary":"x"},"startsAt":"2026-03-01T10:00:05.123Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"b1"},{"status":"resolved","labels":{"severity":"critical","alertname":"Slow"},"startsAt":"2026-03-01T10:00:00+01:00","endsAt":"2026-03-01T10:05:00Z"}]}""",
        """{"receiver":"canary","status":"firing","orgId":1,"alerts":[{"status":"firing","labels":{"alertname":"Errors","severity":"critical","grafana_folder":"ü"},"startsAt":"2026-03-01T10:00:00Z","endsAt":"0001-01-01T00:00:00Z","values":{"B":22.1,"C":1},"valueString":"[ var='B' ]"}],"version":"1","state":"alerting","message":"m"}""");

    private static readonly JsonNode[] Lists = Parsed(
        """[{"labels":{"severity":"critical","alertname":"Errors"},"annotations":{},"startsAt":"2026-03-01T09:59:05.123Z","endsAt":"2026-03-01T10:04:00Z","fingerprint":"1","receivers":[{"name":"canary"}],"status":{"state":"active","silencedBy":[],"inhibitedBy":[]}},{"labels":{"severity":"critical","alertname":"Other"},"startsAt":"2026-03-01T09:59:05Z","status":{"state":"suppressed"}}]""");

    private static readonly JsonNode[] Series = Parsed(
        """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"ALERTS","alertname":"Errors","alertstate":"firing","severity":"critical"},"value":[1772359200,"1"]},{"metric":{"__name__":"ALERTS_FOR_STATE","alertname":"Errors","severity":"critical"},"value":[1772359200,"1772355600"]}]}}""",
        """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"ALERTS","alertname":"Errors","alertstate":"firing","severity":"critical"},"values":[[1772359000,"1"],[1772359100,"1"],[1772359200,"1"]]}]}}""");

    private static readonly EquatableArray<AlertRule> Rules =
    [
        new AlertRule([new("severity", "critical")], AlertAction.Abort, false) { IdentityLabels = ["alertname"] },
        new AlertRule([], AlertAction.Pause, true) { MatchExpressions = [new("alertname", AlertMatchOperator.Matches, ["E.*|S.*"])] },
    ];

    [TestCase(false, TestName = "WhenACallOfTheWebhookIsMutated_ThenItIsTakenOrRefused")]
    [TestCase(true, TestName = "WhenAListOfAlertmanagerIsMutated_ThenItIsTakenOrRefused")]
    public void WhenAPayloadIsMutated_ThenItIsTakenOrRefused(bool isList)
    {
        var board = NewBoard();
        FuzzRun.Each(
            4_000,
            seed =>
            {
                var mutator = new Mutator(seed);
                if (seed % 50 == 0) board = NewBoard();
                var body = mutator.Document(mutator.Pick(isList ? Lists : Webhooks));
                var read = new AlertPayloadReader(isList, _ => true)
                    .ReadAsync(new PieceStream(body, 1 + mutator.Number(body.Length + 200)), 1 << 20, CancellationToken.None)
                    .GetAwaiter()
                    .GetResult();
                switch (read)
                {
                    case AlertPayload.Read taken:
                        board.Hear(taken.Alerts);
                        Ask(board);
                        return taken.Unreadable is not null ? "partly taken" : taken.Alerts.Count > 0 ? "taken" : "empty";
                    case AlertPayload.Malformed malformed:
                        board.Refuse(malformed.Reason);
                        Assert.That(malformed.Reason, Is.Not.Empty);
                        return "refused";
                    default:
                        return "too large";
                }
            },
            MostBytes).HasAtLeast(20, "taken", "partly taken").HasAtLeast(10, "refused");
    }

    [Test]
    public void WhenSeriesOfPrometheusAreMutated_ThenTheyAreReadOrNothingIsKnown()
    {
        var board = NewBoard();
        FuzzRun.Each(
            3_000,
            seed =>
            {
                if (seed % 50 == 0) board = NewBoard();
                var alerts = new PrometheusAlerts(new Scripted(new Mutator(seed)), "http://prometheus:9090",
                    new FakeTimeProvider(new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero)));
                switch (alerts.ReadAsync(Rules, CancellationToken.None).GetAwaiter().GetResult())
                {
                    case AlertReading.Read read:
                        board.Replace("Prometheus", isComplete: false, read.Alerts, DateTimeOffset.UnixEpoch, read.Ongoing);
                        Ask(board);
                        return read.Alerts.Count > 0 ? "firing" : "none";
                    case AlertReading.Faulted faulted:
                        Assert.That(faulted.Reason, Is.Not.Empty);
                        return "faulted";
                    default:
                        return "";
                }
            },
            MostBytes).HasAtLeast(20, "firing").HasAtLeast(10, "faulted");
    }

    private static JsonNode[] Parsed(params string[] texts) => [.. texts.Select(text => JsonNode.Parse(text)!)];

    private static FiringAlerts NewBoard()
    {
        var board = new FiringAlerts(new FakeTimeProvider(new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero)));
        board.Watch(new RolloutName("shop", "checkout"), Rules);
        return board;
    }

    private static void Ask(FiringAlerts board)
    {
        foreach (var alert in board.Matching(Rules))
        {
            _ = Rules[0].IdentityOf(alert);
            Assert.That(alert.Name, Is.Not.Null);
        }

        _ = board.Ongoing(Rules).Count;
        _ = board.Doubts;
    }

    /// <summary>Each query is answered with another mutation.</summary>
    private sealed class Scripted(Mutator mutator) : IMetricSource
    {
        public string Provider => MetricQueries.Prometheus;

        public async Task<MetricAnswer> AskAsync(MetricQuery query, CancellationToken cancel)
        {
            var valid = mutator.Number(4) == 0
                ? mutator.Pick(Series)
                : Series[query.Query.EndsWith(']') || query.Range is not null ? 1 : 0];
            var body = mutator.Number(4) > 0 ? Encoding.UTF8.GetBytes(valid.ToJsonString()) : mutator.Document(valid);
            var response = await new QueryResultReader(new ResponseHead(200, "", ""), new SecretRedaction([]))
                .ReadAsync(new PieceStream(body, 500), 1 << 20, new AnswerBudget(32 << 20), cancel);
            return PrometheusSource.AnswerOf(response) ?? new MetricAnswer.Faulted($"{response}");
        }
    }
}
