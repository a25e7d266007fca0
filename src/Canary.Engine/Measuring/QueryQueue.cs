using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Queries;
using Canary.Engine.Ports;

namespace Canary.Engine.Measuring;

/// <summary>
/// Which queries may be sent. Each address has a queue, and in it each rollout has a queue of its own. Whoever has nothing in flight may
/// send; whoever has, may have as many in flight as are left free, so that a part is always free for others, however many servers hang and
/// whoever asks them.
/// </summary>
internal sealed class QueryQueue
{
    /// <summary>Queries in flight at a time, beyond the first to each address.</summary>
    public const int Most = 64;

    /// <summary>Of them to one address. Prometheus itself carries out twenty at a time.</summary>
    public const int MostToOneAddress = 16;

    /// <summary>Of them for one rollout, beyond the first to each address.</summary>
    public const int MostOfOneRollout = 32;

    /// <summary>All queries in flight at a time, the first to each address among them.</summary>
    public const int MostOfAll = 1_024;

    private readonly Dictionary<MetricQuery, PendingQuery> _known = [];
    private readonly Dictionary<string, AddressQueue> _addresses = [];
    private readonly LinkedList<AddressQueue> _turns = [];
    private readonly HashSet<PendingQuery> _inFlight = [];
    private readonly Dictionary<string, int> _inFlightOf = new(StringComparer.Ordinal);

    /// <summary>This query as it is pending: the one that is known, or a new one at the end of its queue.</summary>
    /// <param name="query">What is asked.</param>
    /// <param name="rollout">The rollout that asks first.</param>
    /// <param name="isShared">It asks for many at once.</param>
    public PendingQuery Enqueue(MetricQuery query, RolloutName rollout, bool isShared = false)
    {
        if (_known.TryGetValue(query, out var pending)) return pending;
        pending = new PendingQuery(query, rollout, isShared);
        _known[query] = pending;
        if (!_addresses.TryGetValue(AddressOf(pending), out var queue))
        {
            _addresses[AddressOf(pending)] = queue = new AddressQueue();
            _turns.AddLast(queue);
        }

        queue.Add(pending);
        return pending;
    }

    /// <summary>Those that may be sent now, which are in flight from here on: from each address in turn, and in it from each rollout in
    /// turn.</summary>
    public IReadOnlyList<PendingQuery> Dequeue()
    {
        var started = new List<PendingQuery>();
        for (var isMore = true; isMore;)
        {
            isMore = false;
            for (var (turn, left) = (_turns.First, _turns.Count); turn is not null && left > 0; left--)
            {
                var (queue, next) = (turn.Value, turn.Next);
                if (queue.Take(rollout => MayStart(queue, rollout)) is { } pending)
                {
                    _inFlight.Add(pending);
                    _inFlightOf[pending.Owner] = _inFlightOf.GetValueOrDefault(pending.Owner) + 1;
                    started.Add(pending);
                    isMore = true;
                    // Who was served is the last one next time.
                    _turns.Remove(turn);
                    _turns.AddLast(turn);
                }

                turn = next;
            }
        }

        return started;
    }

    /// <summary>It was answered, or given up: nobody else can wait for it, and its place is free.</summary>
    public void Complete(PendingQuery pending)
    {
        if (_known.GetValueOrDefault(pending.Query) == pending) _known.Remove(pending.Query);
        var isInFlight = _inFlight.Remove(pending);
        if (isInFlight && --_inFlightOf[pending.Owner] == 0) _inFlightOf.Remove(pending.Owner);
        if (!_addresses.TryGetValue(AddressOf(pending), out var queue)) return;
        queue.Complete(pending, isInFlight);
        if (!queue.IsEmpty) return;
        _addresses.Remove(AddressOf(pending));
        _turns.Remove(queue);
    }

    /// <summary>The run waits for nothing any more. Those that nobody waits for now are taken out, and are to be cancelled.</summary>
    public IReadOnlyList<PendingQuery> Abandon(string runUid)
    {
        foreach (var pending in _known.Values) pending.Waiters.RemoveAll(waiter => waiter.Run.Run.Uid == runUid);
        PendingQuery[] unwanted = [.. _known.Values.Where(pending => pending.Waiters.Count == 0)];
        foreach (var pending in unwanted) Complete(pending);
        return unwanted;
    }

    // As many as are free: n that hang leave one part of n + 1 to the others.
    private bool MayStart(AddressQueue address, RolloutQueue rollout)
    {
        if (_inFlight.Count >= MostOfAll || address.InFlight >= MostToOneAddress) return false;
        if (address.InFlight > 0 && address.InFlight >= Most - _inFlight.Count) return false;
        if (rollout.Owner.Length == 0) return true;
        if (rollout.InFlight > 0 && rollout.InFlight >= MostToOneAddress - address.InFlight) return false;
        return address.InFlight == 0 || _inFlightOf.GetValueOrDefault(rollout.Owner) < MostOfOneRollout;
    }

    private static string AddressOf(PendingQuery pending) => pending.Query.Address ?? "";

    /// <summary>The queries to one address.</summary>
    private sealed class AddressQueue
    {
        private readonly Dictionary<string, RolloutQueue> _rollouts = new(StringComparer.Ordinal);
        private readonly LinkedList<RolloutQueue> _turns = [];

        public int InFlight { get; private set; }

        public bool IsEmpty => _rollouts.Count == 0;

        public void Add(PendingQuery pending)
        {
            if (!_rollouts.TryGetValue(pending.Owner, out var rollout))
            {
                _rollouts[pending.Owner] = rollout = new RolloutQueue(pending.Owner);
                _turns.AddLast(rollout);
            }

            rollout.Waiting.AddLast(pending);
        }

        /// <summary>The next one of the first rollout whose turn it is and that may; null: there is none.</summary>
        public PendingQuery? Take(Func<RolloutQueue, bool> mayStart)
        {
            for (var turn = _turns.First; turn is not null; turn = turn.Next)
            {
                var rollout = turn.Value;
                if (rollout.Waiting.First is not { } first || !mayStart(rollout)) continue;
                rollout.Waiting.RemoveFirst();
                rollout.InFlight++;
                InFlight++;
                _turns.Remove(turn);
                _turns.AddLast(turn);
                return first.Value;
            }

            return null;
        }

        public void Complete(PendingQuery pending, bool isInFlight)
        {
            if (!_rollouts.TryGetValue(pending.Owner, out var rollout)) return;
            if (isInFlight)
            {
                rollout.InFlight--;
                InFlight--;
            }
            else
            {
                rollout.Waiting.Remove(pending);
            }

            if (rollout is not { InFlight: 0, Waiting.Count: 0 }) return;
            _rollouts.Remove(pending.Owner);
            _turns.Remove(rollout);
        }
    }

    /// <summary>The queries of one rollout to one address.</summary>
    private sealed class RolloutQueue(string owner)
    {
        public string Owner => owner;

        public LinkedList<PendingQuery> Waiting { get; } = [];

        public int InFlight { get; set; }
    }
}
