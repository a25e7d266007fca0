using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Canary.Engine.Measuring;

/// <summary>
/// Sends the queries that are due for the runs in flight, and waits for none. The same query in the same tick is sent once, whoever asks. An answer lands in the
/// <see cref="MeasurementInbox"/> and is news for its rollout; a query that hangs is given up some time after its own timeout and is a failed measurement then.
/// </summary>
public sealed class Measurer
{
    /// <summary>Queries on their way at a time; the rest is sent as answers come.</summary>
    public const int MostInFlight = 64;

    /// <summary>What a source is given beyond the query's own timeout before the answer is given up for it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyDictionary<string, IMetricSource> sources;
    private readonly MeasurementInbox inbox;
    private readonly TimeProvider time;
    private readonly ILogger<Measurer> log;
    private readonly Lock gate = new();
    private readonly Dictionary<string, WatchedRun> runs = new(StringComparer.Ordinal);
    private readonly Dictionary<MetricQuery, Flight> flights = [];

    public Measurer(IEnumerable<IMetricSource> sources, MeasurementInbox inbox, TimeProvider time, ILogger<Measurer> log)
    {
        this.sources = sources.ToDictionary(source => source.Provider, StringComparer.Ordinal);
        this.inbox = inbox;
        this.time = time;
        this.log = log;
    }

    /// <summary>A measurement came in for this rollout.</summary>
    public event Action<RolloutName>? Finished;

    /// <summary>Takes the measurements of this run from now on, or knows its newer status.</summary>
    public void Watch(RolloutName rollout, RunSnapshot run)
    {
        lock (gate)
        {
            runs[run.Uid] = runs.TryGetValue(run.Uid, out var watched) ? watched with { Run = run } : new WatchedRun(rollout, run);
        }
    }

    /// <summary>The run is over: its queries are given up, and what came in for it is dropped.</summary>
    public void Forget(string runUid)
    {
        List<Flight> idle;
        lock (gate)
        {
            if (!runs.Remove(runUid)) return;
            foreach (var flight in flights.Values) flight.Passengers.RemoveAll(passenger => passenger.Run.Run.Uid == runUid);
            idle = [.. flights.Values.Where(flight => flight.Passengers.Count == 0)];
        }

        inbox.Drop(runUid);
        foreach (var flight in idle) flight.Cancel.Cancel();
    }

    /// <summary>When a query is due next, now or later; null: none is.</summary>
    public DateTimeOffset? NextDueAt(DateTimeOffset now)
    {
        lock (gate) return runs.Values.SelectMany(run => Ticks(run, now)).Select(tick => (DateTimeOffset?)tick.DueAt).Min();
    }

    /// <summary>Sends what is due. Returns as soon as it is on its way.</summary>
    public void Tick(DateTimeOffset now)
    {
        var started = new List<Flight>();
        var failed = new List<(WatchedRun Run, FinishedMeasurement Measurement)>();
        lock (gate)
        {
            foreach (var run in runs.Values)
            {
                foreach (var (metric, dueAt) in Ticks(run, now).Where(tick => tick.DueAt <= now).ToList())
                    Board(run, metric, dueAt, now, started, failed);
            }
        }

        foreach (var (run, measurement) in failed) Deliver(run, measurement);
        foreach (var flight in started) _ = FlyAsync(flight);
    }

    private static IEnumerable<(MetricSpec Metric, DateTimeOffset DueAt)> Ticks(WatchedRun run, DateTimeOffset now) =>
        AnalysisGrid.Ticks(run.Run.Spec, run.Run.Status, now)
            .Where(tick => !run.InFlight.Contains(tick.Metric.Name) && !(run.Asked.TryGetValue(tick.Metric.Name, out var asked) && tick.DueAt <= asked));

    private void Board(
        WatchedRun run,
        MetricSpec metric,
        DateTimeOffset dueAt,
        DateTimeOffset now,
        List<Flight> started,
        List<(WatchedRun Run, FinishedMeasurement Measurement)> failed)
    {
        var query = MetricQueries.For(metric, run.Rollout.Namespace, dueAt, out var problem);
        if (query is not null && !sources.ContainsKey(query.Provider))
        {
            problem = $"there is no metric source \"{query.Provider}\"";
            query = null;
        }

        if (query is null)
        {
            run.Asked[metric.Name] = dueAt;
            failed.Add((run, new FinishedMeasurement(metric.Name, dueAt, now, new MetricAnswer.Faulted(problem))));
            return;
        }

        if (!flights.TryGetValue(query, out var flight))
        {
            // What finds no place is due at the next tick still.
            if (flights.Count >= MostInFlight) return;
            flights[query] = flight = new Flight(query);
            started.Add(flight);
        }

        run.Asked[metric.Name] = dueAt;
        run.InFlight.Add(metric.Name);
        flight.Passengers.Add((run, metric.Name, dueAt));
    }

    private async Task FlyAsync(Flight flight)
    {
        var answer = await AskAsync(flight).ConfigureAwait(false);
        List<(WatchedRun Run, string Metric, DateTimeOffset DueAt)> passengers;
        lock (gate)
        {
            flights.Remove(flight.Query);
            passengers = [.. flight.Passengers];
            foreach (var (run, metric, _) in passengers) run.InFlight.Remove(metric);
        }

        foreach (var (run, metric, dueAt) in passengers) Deliver(run, new FinishedMeasurement(metric, dueAt, time.GetUtcNow(), answer));
    }

    private async Task<MetricAnswer> AskAsync(Flight flight)
    {
        using var limit = new CancellationTokenSource(flight.Query.Timeout + Grace, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, flight.Cancel.Token);
        try
        {
            return await sources[flight.Query.Provider].AskAsync(flight.Query, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new MetricAnswer.Faulted($"no answer within {(flight.Query.Timeout + Grace).TotalSeconds} s");
        }
        catch (Exception exception)
        {
            // A source answers with values. One that does not is at fault, and must not take the measuring of everybody down.
            log.SourceThrew(flight.Query.Provider, exception);
            return new MetricAnswer.Faulted($"metric source {flight.Query.Provider} failed: {exception.Message}");
        }
    }

    private void Deliver(WatchedRun run, FinishedMeasurement measurement)
    {
        inbox.Put(run.Run.Uid, measurement);
        Finished?.Invoke(run.Rollout);
    }
}
