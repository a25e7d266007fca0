using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;

namespace Canary.Engine.Measuring;

/// <summary>
/// Which queries may be sent. Each address has a line, and in it each rollout has a line of its own. Whoever has nothing on its way may send; whoever has, may have as many on its way as are left free,
/// so that a part is always free for others, however many servers hang and whoever asks them.
/// </summary>
internal sealed class Departures
{
    /// <summary>Queries on their way at a time, beyond the first to each address.</summary>
    public const int Most = 64;

    /// <summary>Of them to one address. Prometheus itself carries out twenty at a time.</summary>
    public const int MostToOneAddress = 16;

    /// <summary>Of them for one rollout, beyond the first to each address.</summary>
    public const int MostOfOneRollout = 32;

    /// <summary>All queries on their way at a time, the first to each address among them.</summary>
    public const int MostOfAll = 1_024;

    private readonly Dictionary<MetricQuery, Flight> _known = [];
    private readonly Dictionary<string, Lane> _lanes = [];
    private readonly LinkedList<Lane> _turns = [];
    private readonly Dictionary<Flight, string> _flying = [];
    private readonly Dictionary<string, int> _flyingOf = new(StringComparer.Ordinal);

    /// <summary>The flight of this query: the one that is known, or a new one at the end of its line.</summary>
    /// <param name="query">What is asked.</param>
    /// <param name="owner">The rollout that asks first.</param>
    /// <param name="isShared">It asks for many at once.</param>
    public Flight Book(MetricQuery query, string owner, bool isShared = false)
    {
        if (_known.TryGetValue(query, out var flight)) return flight;
        flight = new Flight(query) { IsShared = isShared, Owner = isShared ? "" : owner };
        _known[query] = flight;
        if (!_lanes.TryGetValue(AddressOf(flight), out var lane))
        {
            _lanes[AddressOf(flight)] = lane = new Lane();
            _turns.AddLast(lane);
        }

        lane.Add(flight);
        return flight;
    }

    /// <summary>Those that may be sent now: from each address in turn, and in it from each rollout in turn.</summary>
    public IReadOnlyList<Flight> TakeOff()
    {
        var started = new List<Flight>();
        for (var isMore = true; isMore;)
        {
            isMore = false;
            for (var (turn, left) = (_turns.First, _turns.Count); turn is not null && left > 0; left--)
            {
                var (lane, next) = (turn.Value, turn.Next);
                if (lane.Take(line => MayStart(lane, line)) is { } flight)
                {
                    _flying[flight] = flight.Owner;
                    _flyingOf[flight.Owner] = _flyingOf.GetValueOrDefault(flight.Owner) + 1;
                    started.Add(flight);
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

    /// <summary>It landed, or was given up: it takes no more passengers, and its place is free.</summary>
    public void Close(Flight flight)
    {
        if (_known.GetValueOrDefault(flight.Query) == flight) _known.Remove(flight.Query);
        var isFlying = _flying.Remove(flight);
        if (isFlying && --_flyingOf[flight.Owner] == 0) _flyingOf.Remove(flight.Owner);
        if (!_lanes.TryGetValue(AddressOf(flight), out var lane)) return;
        lane.Close(flight, isFlying);
        if (!lane.IsEmpty) return;
        _lanes.Remove(AddressOf(flight));
        _turns.Remove(lane);
    }

    /// <summary>Takes a run's metrics off every flight, and closes those that nobody waits for any more.</summary>
    public IReadOnlyList<Flight> Leave(string runUid)
    {
        foreach (var flight in _known.Values) flight.Passengers.RemoveAll(passenger => passenger.Run.Run.Uid == runUid);
        Flight[] empty = [.. _known.Values.Where(flight => flight.Passengers.Count == 0)];
        foreach (var flight in empty) Close(flight);
        return empty;
    }

    // As many as are free: n that hang leave one part of n + 1 to the others.
    private bool MayStart(Lane lane, Line line)
    {
        if (_flying.Count >= MostOfAll || lane.Flying >= MostToOneAddress) return false;
        if (lane.Flying > 0 && lane.Flying >= Most - _flying.Count) return false;
        if (line.Owner.Length == 0) return true;
        if (line.Flying > 0 && line.Flying >= MostToOneAddress - lane.Flying) return false;
        return lane.Flying == 0 || _flyingOf.GetValueOrDefault(line.Owner) < MostOfOneRollout;
    }

    private static string AddressOf(Flight flight) => flight.Query.Address ?? "";

    /// <summary>The queries to one address.</summary>
    private sealed class Lane
    {
        private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);
        private readonly LinkedList<Line> _turns = [];

        public int Flying { get; private set; }

        public bool IsEmpty => _lines.Count == 0;

        public void Add(Flight flight)
        {
            if (!_lines.TryGetValue(flight.Owner, out var line))
            {
                _lines[flight.Owner] = line = new Line(flight.Owner);
                _turns.AddLast(line);
            }

            line.Waiting.AddLast(flight);
        }

        /// <summary>The next one of the first rollout whose turn it is and that may; null: there is none.</summary>
        public Flight? Take(Func<Line, bool> mayStart)
        {
            for (var turn = _turns.First; turn is not null; turn = turn.Next)
            {
                var line = turn.Value;
                if (line.Waiting.First is not { } first || !mayStart(line)) continue;
                line.Waiting.RemoveFirst();
                line.Flying++;
                Flying++;
                _turns.Remove(turn);
                _turns.AddLast(turn);
                return first.Value;
            }

            return null;
        }

        public void Close(Flight flight, bool isFlying)
        {
            if (!_lines.TryGetValue(flight.Owner, out var line)) return;
            if (isFlying)
            {
                line.Flying--;
                Flying--;
            }
            else
            {
                line.Waiting.Remove(flight);
            }

            if (line is not { Flying: 0, Waiting.Count: 0 }) return;
            _lines.Remove(flight.Owner);
            _turns.Remove(line);
        }
    }

    /// <summary>The queries of one rollout to one address.</summary>
    private sealed class Line(string owner)
    {
        public string Owner => owner;

        public LinkedList<Flight> Waiting { get; } = [];

        public int Flying { get; set; }
    }
}
