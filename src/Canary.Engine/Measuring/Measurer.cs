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
    /// <summary>Answers of one run that no saved status counts yet. Where there are so many, nobody counts, and no more are taken until somebody does.</summary>
    public const int MostUncounted = 100;

    /// <summary>What a source is given beyond the query's own timeout before the answer is given up for it.</summary>
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyDictionary<string, IMetricSource> _sources;
    private readonly MeasurementInbox _inbox;
    private readonly TimeProvider _time;
    private readonly ILogger<Measurer> _log;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, WatchedRun> _runs = new(StringComparer.Ordinal);
    private readonly Departures _departures = new();
    private readonly Queue<Flight> _ready = new();
    private bool _isLaunching;

    public Measurer(IEnumerable<IMetricSource> sources, MeasurementInbox inbox, TimeProvider time, ILogger<Measurer> log)
    {
        _sources = sources.ToDictionary(source => source.Provider, StringComparer.Ordinal);
        _inbox = inbox;
        _time = time;
        _log = log;
    }

    /// <summary>A measurement came in for this rollout.</summary>
    public event Action<RolloutName>? Finished;

    /// <summary>Takes the measurements of this run from now on, or knows its newer status.</summary>
    public void Watch(RolloutName rollout, RunSnapshot run)
    {
        lock (_gate)
        {
            _runs[run.Uid] = _runs.TryGetValue(run.Uid, out var watched) ? watched with { Run = run } : new WatchedRun(rollout, run);
        }
    }

    /// <summary>The run is over, or its rollout is gone: its queries are given up, and what came in for it is dropped.</summary>
    public void Forget(string runUid)
    {
        IReadOnlyList<Flight> empty;
        lock (_gate)
        {
            if (!_runs.Remove(runUid)) return;
            empty = _departures.Leave(runUid);
            _inbox.Drop(runUid);
        }

        foreach (var flight in empty) flight.Cancel.Cancel();
        Launch();
    }

    /// <summary>When a query is due next, now or later; null: none is, before one that is on its way has landed.</summary>
    public DateTimeOffset? NextDueAt(DateTimeOffset now)
    {
        lock (_gate) return _runs.Values.SelectMany(run => Ticks(run, now)).Select(tick => (DateTimeOffset?)tick.DueAt).Min();
    }

    /// <summary>Sends what is due. Returns as soon as it is on its way or in line.</summary>
    public void Tick(DateTimeOffset now)
    {
        var failed = new List<RolloutName>();
        lock (_gate)
        {
            foreach (var run in _runs.Values)
            {
                foreach (var (metric, dueAt) in Ticks(run, now).Where(tick => tick.DueAt <= now).ToList())
                {
                    run.Asked[metric.Name] = dueAt;
                    if (QueryOf(run, metric, dueAt, out var problem) is not { } query)
                    {
                        _inbox.Put(run.Run.Uid, new FinishedMeasurement(metric.Name, dueAt, now, new MetricAnswer.Faulted(problem)));
                        failed.Add(run.Rollout);
                        continue;
                    }

                    run.InFlight.Add(metric.Name);
                    _departures.Book(query).Passengers.Add((run, metric.Name, dueAt));
                }
            }
        }

        foreach (var rollout in failed.Distinct()) Finished?.Invoke(rollout);
        Launch();
    }

    /// <summary>The ticks that nobody asked for yet. What came in and is not saved yet counts: it may have ended the metric, or asked for a retry.</summary>
    private IEnumerable<(MetricSpec Metric, DateTimeOffset DueAt)> Ticks(WatchedRun run, DateTimeOffset now)
    {
        if (run.Run.Status.StartedAt is null) return [];
        var uncounted = _inbox.Peek(run.Run.Uid);
        if (uncounted.Count >= MostUncounted) return [];
        var status = uncounted.Count == 0 ? run.Run.Status : AnalysisMachine.Advance(run.Run.Spec, run.Run.Status, uncounted, now);
        return AnalysisGrid.Ticks(run.Run.Spec, status, now)
            .Where(tick => !run.InFlight.Contains(tick.Metric.Name) && !(run.Asked.TryGetValue(tick.Metric.Name, out var asked) && tick.DueAt <= asked));
    }

    private MetricQuery? QueryOf(WatchedRun run, MetricSpec metric, DateTimeOffset dueAt, out string problem)
    {
        var query = MetricQueries.For(metric, run.Rollout.Namespace, dueAt, out problem);
        if (query is null || _sources.ContainsKey(query.Provider)) return query;
        problem = $"there is no metric source \"{query.Provider}\"; there are {string.Join(", ", _sources.Keys.Order(StringComparer.Ordinal))}";
        return null;
    }

    // A query may be answered at once, and its landing sends the next: one loop, and not a call within a call within a call.
    private void Launch()
    {
        lock (_gate)
        {
            foreach (var flight in _departures.TakeOff()) _ready.Enqueue(flight);
            if (_isLaunching) return;
            _isLaunching = true;
        }

        while (true)
        {
            Flight? flight;
            lock (_gate)
            {
                _isLaunching = _ready.TryDequeue(out flight);
                if (flight is null) return;
            }

            _ = FlyAsync(flight);
        }
    }

    private async Task FlyAsync(Flight flight)
    {
        var answer = await AskAsync(flight).ConfigureAwait(false);
        RolloutName[] news;
        lock (_gate)
        {
            _departures.Close(flight);
            news = [.. flight.Passengers.Select(passenger => passenger.Run.Rollout).Distinct()];
            foreach (var (run, metric, dueAt) in flight.Passengers)
            {
                run.InFlight.Remove(metric);
                _inbox.Put(run.Run.Uid, new FinishedMeasurement(metric, dueAt, _time.GetUtcNow(), answer));
            }
        }

        Launch();
        foreach (var rollout in news) Finished?.Invoke(rollout);
    }

    private async Task<MetricAnswer> AskAsync(Flight flight)
    {
        using var limit = new CancellationTokenSource(flight.Query.Timeout + _grace, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, flight.Cancel.Token);
        try
        {
            return await _sources[flight.Query.Provider].AskAsync(flight.Query, either.Token).WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new MetricAnswer.Faulted($"no answer within {(flight.Query.Timeout + _grace).TotalSeconds} s");
        }
        catch (Exception exception)
        {
            // A source answers with values. One that does not is at fault, and must not take the measuring of everybody down.
            _log.SourceThrew(flight.Query.Provider, exception);
            return new MetricAnswer.Faulted($"metric source {flight.Query.Provider} failed: {exception.Message}");
        }
    }
}
