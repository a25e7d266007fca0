using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Queries;
using Canary.Engine.Diagnostics;
using Canary.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Canary.Engine.Measuring;

/// <summary>
/// Sends the queries that are due for the runs in flight, and waits for none. The same query in the same tick is sent once, whoever asks,
/// and the same question about different variants is one query for all of them. An answer lands in the
/// <see cref="MeasurementInbox"/> and is news for its rollout; a query that hangs is given up some time after its own timeout and is a
/// failed measurement then.
/// </summary>
public sealed class Measurer
{
    /// <summary>Answers of one run that no saved status counts yet. Where there are so many, nobody counts, and ticks pass unasked until
    /// somebody does.</summary>
    public const int MostUncounted = 100;

    private const int MostProbed = 10_000;

    /// <summary>However long a metric's timeout is, a query is given up after this, with five seconds more.</summary>
    public static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(10);

    /// <summary>What a source is given beyond the query's own timeout before the answer is given up for it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyDictionary<string, IMetricSource> _sources;
    private readonly MeasurementInbox _inbox;
    private readonly TimeProvider _time;
    private readonly ILogger<Measurer> _log;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, WatchedRun> _runs = new(StringComparer.Ordinal);
    private readonly DueTimes _due = new();

    /// <summary>Runs of which something came in, was asked for or was saved since it was last worked out when they are due.</summary>
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);

    private readonly QueryQueue _queue = new();
    private readonly Queue<PendingQuery> _ready = new();
    private readonly Dictionary<(string? Address, string Probe), bool> _probed = [];
    private readonly HashSet<(string? Address, string Preset, RedSignal? Signal)> _withoutNative = [];
    private bool _isSending;

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
            _changed.Add(run.Uid);
        }
    }

    /// <summary>The run is over, or its rollout is gone: its queries are given up, and what came in for it is dropped.</summary>
    public void Forget(string runUid)
    {
        IReadOnlyList<PendingQuery> unwanted;
        lock (_gate)
        {
            if (!_runs.Remove(runUid)) return;
            _due.Set(runUid, null);
            unwanted = _queue.Abandon(runUid);
            _inbox.Drop(runUid);
        }

        foreach (var pending in unwanted) pending.Cancel.Cancel();
        SendQueued();
    }

    /// <summary>When a query is due next, now or later; null: none is, before one that is in flight is answered.</summary>
    public DateTimeOffset? NextDueAt(DateTimeOffset now)
    {
        lock (_gate)
        {
            Refresh(now);
            return _due.Next();
        }
    }

    /// <summary>Sends what is due. Returns as soon as it is on its way or in line.</summary>
    public void Tick(DateTimeOffset now)
    {
        var failed = new List<RolloutName>();
        lock (_gate)
        {
            Refresh(now);
            var waiters = new List<QueryWaiter>();
            foreach (var run in _due.Take(now).Select(uid => _runs[uid]))
            {
                _changed.Add(run.Run.Uid);
                var (status, ticks) = Guarded(run, () => Counted(run, now) is var counted
                    ? (counted, Ticks(run, counted, now).Where(tick => tick.DueAt <= now).ToList()) : default, (run.Run.Status, []));
                var isFull = _inbox.CountUncounted(run.Run.Uid) >= MostUncounted;
                foreach (var (metric, dueAt) in ticks)
                {
                    run.Asked[metric.Name] = dueAt;
                    if (isFull) continue;
                    if (Questions(run, status, metric, dueAt, out var problem) is { } questions)
                    {
                        run.InFlight.Add(metric.Name);
                        waiters.AddRange(questions);
                        continue;
                    }

                    _inbox.Put(run.Run.Uid,
                        new FinishedMeasurement(metric.Name, dueAt, now, new MetricAnswer.Faulted(problem) { IsRefusal = true }));
                    failed.Add(run.Rollout);
                }
            }

            foreach (var (query, isShared, waiting) in SharedQueries.Group(waiters))
                _queue.Enqueue(query, waiting[0].Run.Rollout, isShared).Waiters.AddRange(waiting);
        }

        foreach (var rollout in failed.Distinct()) Finished?.Invoke(rollout);
        SendQueued();
    }

    // Only of what changed: whoever asks what is due next asks after every pass.
    private void Refresh(DateTimeOffset now)
    {
        foreach (var uid in _changed)
            if (_runs.TryGetValue(uid, out var run))
                _due.Set(uid, Guarded(run, () => Ticks(run, Counted(run, now), now).Select(tick => (DateTimeOffset?)tick.DueAt).Min(),
                    null));
        _changed.Clear();
    }

    /// <summary>The ticks that nobody asked for yet. What came in and is not saved yet counts: it may have ended the metric, or asked for a
    /// retry.</summary>
    private static IEnumerable<(MetricSpec Metric, DateTimeOffset DueAt)> Ticks(WatchedRun run, RunStatus counted, DateTimeOffset now) =>
        AnalysisGrid.Ticks(run.Run.Spec, counted, now, run.Asked).Where(tick => !run.InFlight.Contains(tick.Metric.Name));

    private RunStatus Counted(WatchedRun run, DateTimeOffset now) => run.Run.Status.StartedAt is null ? run.Run.Status
        : _inbox.Count(run.Run.Uid, run.Run.Spec, run.Run.Status, now).Next;

    // What a measurement asks for; null: nothing can be asked, and why.
    private List<QueryWaiter>? Questions(WatchedRun run, RunStatus status, MetricSpec metric, DateTimeOffset dueAt, out string problem)
    {
        try
        {
            // A comparison reads on from the end of the last window that was counted.
            DateTimeOffset? since = metric.Comparison is null ? null
                : ComparisonJudge.WindowStart(metric, status.Metrics.FirstOrDefault(one => one.Name == metric.Name),
                    status.StartedAt!.Value, dueAt);
            if (QueryOf(run, metric, dueAt, since, out problem) is not { } query) return null;
            (MeasurementPart Part, MetricQuery? Query)[] parts =
            [
                (MeasurementPart.Value, query),
                (MeasurementPart.Samples, MetricQueries.SamplesOf(metric, run.Rollout.Namespace, dueAt)),
                (MeasurementPart.Baseline, MetricQueries.BaselineOf(metric, run.Rollout.Namespace, dueAt, since)),
            ];
            var measurement = new OpenMeasurement(metric.Name, dueAt, parts.Count(part => part.Query is not null));
            return [.. parts.Where(part => part.Query is not null)
                .Select(part => new QueryWaiter(run, measurement, part.Query!, part.Part))];
        }
        catch (Exception exception)
        {
            problem = $"nothing can be asked: {exception.Message}";
            return null;
        }
    }

    // A run that cannot be counted or asked for is not measured; every other one is. Said once.
    private T Guarded<T>(WatchedRun run, Func<T> look, T otherwise)
    {
        try
        {
            return look();
        }
        catch (Exception exception)
        {
            if (run.Problems.Add(exception.Message)) _log.NotMeasured(run.Rollout, run.Run.ObjectName, exception.Message);
            return otherwise;
        }
    }

    private MetricQuery? QueryOf(WatchedRun run, MetricSpec metric, DateTimeOffset dueAt, DateTimeOffset? since, out string problem)
    {
        var query = MetricQueries.For(metric, run.Rollout.Namespace, dueAt, out problem, since);
        if (query is null || _sources.ContainsKey(query.Provider)) return query;
        problem =
            $"there is no metric source \"{query.Provider}\"; there are {string.Join(", ", _sources.Keys.Order(StringComparer.Ordinal))}";
        return null;
    }

    // A query may be answered at once, and its completion sends the next: one loop, and not a call within a call within a call.
    private void SendQueued()
    {
        lock (_gate)
        {
            foreach (var pending in _queue.Dequeue()) _ready.Enqueue(pending);
            if (_isSending) return;
            _isSending = true;
        }

        while (true)
        {
            PendingQuery? pending;
            lock (_gate)
            {
                _isSending = _ready.TryDequeue(out pending);
                if (pending is null) return;
            }

            _ = SendAsync(pending);
        }
    }

    private async Task SendAsync(PendingQuery pending)
    {
        var answer = await AskAsync(pending);
        answer = await ExplainedAsync(pending, answer);
        var news = new HashSet<RolloutName>();
        var next = new List<QueryWaiter>();
        lock (_gate)
        {
            _queue.Complete(pending);
            foreach (var waiter in pending.Waiters)
            {
                var part = pending.IsShared ? PartOf(waiter, answer) : answer;
                if (Next(waiter, part, pending.IsShared) is { } following)
                {
                    next.Add(following);
                    continue;
                }

                if (pending.IsShared && (part is MetricAnswer.Faulted || MustAskAgain(waiter, part)))
                {
                    // One bad name must hurt nobody else, and what is not in the answer for many is looked for by itself: who asked gets an
                    // answer of its own.
                    _queue.Enqueue(waiter.Query, waiter.Run.Rollout).Waiters.Add(waiter);
                    continue;
                }

                if (waiter.Measurement.Take(part, waiter.Part, _time.GetUtcNow()) is not { } finished) continue;
                waiter.Run.InFlight.Remove(finished.Metric);
                _changed.Add(waiter.Run.Run.Uid);
                _inbox.Put(waiter.Run.Run.Uid, finished);
                news.Add(waiter.Run.Rollout);
            }

            foreach (var (query, isShared, waiting) in SharedQueries.Group(next))
                _queue.Enqueue(query, waiting[0].Run.Rollout, isShared).Waiters.AddRange(waiting);
        }

        SendQueued();
        foreach (var rollout in news) Finished?.Invoke(rollout);
    }

    // What is asked next: native histograms where there are no classic ones; and what was asked before once more, where the server does not
    // know native ones. That is found out once. Any other refusal is the answer of this measurement alone.
    private QueryWaiter? Next(QueryWaiter waiter, MetricAnswer part, bool isShared)
    {
        if (waiter.Query.NextAfter(part) is { } native && !_withoutNative.Contains(NativeOf(native)))
            return waiter with { Query = native, Before = waiter.Query with { Native = null } };
        if (waiter.Before is not { } before || isShared || part is not MetricAnswer.Faulted { IsParseError: true }) return null;
        _withoutNative.Add(NativeOf(waiter.Query));
        return waiter with { Query = before, Before = null };
    }

    private static (string? Address, string Preset, RedSignal? Signal) NativeOf(MetricQuery native) =>
        (native.Address, native.Red?.Preset ?? "", native.Red?.Signal);

    private static MetricAnswer PartOf(QueryWaiter waiter, MetricAnswer together)
    {
        try
        {
            return waiter.Query.Red!.Part(together);
        }
        catch (Exception exception)
        {
            return new MetricAnswer.Faulted($"the answer for several cannot be taken apart: {exception.Message}");
        }
    }

    // Only where a probe may tell why, and only until it has: a service without traffic must not cost a query of its own for ever.
    private bool MustAskAgain(QueryWaiter waiter, MetricAnswer part) =>
        IsEmpty(part) && waiter.Query.Probe is { } probe && !_probed.ContainsKey((waiter.Query.Address, probe));

    /// <summary>No series may mean no traffic, or labels that scraping renamed: the second is found out once, and said.</summary>
    private async Task<MetricAnswer> ExplainedAsync(PendingQuery pending, MetricAnswer answer)
    {
        if (pending.IsShared || !IsEmpty(answer) || pending.Query.Probe is not { } probe || IsFollowed(pending.Query)) return answer;
        var key = (pending.Query.Address, probe);
        bool isKnown, isFound;
        lock (_gate) isKnown = _probed.TryGetValue(key, out isFound);
        if (!isKnown)
        {
            var asked = pending.Query with { Query = probe, Red = null, Native = null, Probe = null, TakesHistograms = false };
            var found = await AskAsync(new PendingQuery(asked, pending.Rollout, isShared: false));
            if (found is MetricAnswer.Faulted) return answer;
            isFound = found is MetricAnswer.Vector { Samples.Count: > 0 };
            lock (_gate)
            {
                if (_probed.Count >= MostProbed) _probed.Clear();
                _probed[key] = isFound;
            }
        }

        return answer switch
        {
            MetricAnswer.Vector vector when isFound => vector with { Warnings = [.. vector.Warnings, pending.Query.ProbeFinding] },
            MetricAnswer.Matrix matrix when isFound => matrix with { Warnings = [.. matrix.Warnings, pending.Query.ProbeFinding] },
            _ => answer,
        };
    }

    // Where native histograms are asked next, it is their answer that is to be explained.
    private bool IsFollowed(MetricQuery query)
    {
        lock (_gate) return query.Native is { } native && !_withoutNative.Contains(NativeOf(native));
    }

    // A timer has an end, and so has the patience of the rollout.
    private static TimeSpan Patience(MetricQuery query) =>
        (query.Timeout < TimeSpan.Zero ? TimeSpan.Zero : query.Timeout > LongestTimeout ? LongestTimeout : query.Timeout) + Grace;

    private static bool IsEmpty(MetricAnswer answer) =>
        answer is MetricAnswer.Vector { Samples.Count: 0 } or MetricAnswer.Matrix { Series.Count: 0 };

    private async Task<MetricAnswer> AskAsync(PendingQuery pending)
    {
        var patience = Patience(pending.Query);
        using var limit = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, pending.Cancel.Token);
        try
        {
            return await _sources[pending.Query.Provider].AskForAsync(pending.Rollout, pending.Query, either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            return new MetricAnswer.Faulted($"no answer within {patience.TotalSeconds} s");
        }
        catch (Exception exception)
        {
            // A source answers with values. One that does not is at fault, and must not take the measuring of everybody down.
            _log.SourceThrew(pending.Query.Provider, exception);
            return new MetricAnswer.Faulted($"metric source {pending.Query.Provider} failed: {exception.Message}");
        }
    }
}
