using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;

namespace Canary.Engine.Measuring;

/// <summary>Which queries may be sent. Those to one address wait in a line of their own, so that a server that hangs holds up nobody but those who ask it.</summary>
internal sealed class Departures
{
    /// <summary>Queries on their way at a time.</summary>
    public const int Most = 64;

    /// <summary>Of them to one address. Prometheus itself carries out twenty at a time.</summary>
    public const int MostToOneAddress = 16;

    private readonly Dictionary<MetricQuery, Flight> _known = [];
    private readonly Dictionary<string, Lane> _lanes = [];
    private readonly HashSet<Flight> _flying = [];

    /// <summary>The flight of this query: the one that is known, or a new one at the end of the line.</summary>
    /// <param name="query">What is asked.</param>
    /// <param name="isShared">It asks for many at once.</param>
    public Flight Book(MetricQuery query, bool isShared = false)
    {
        if (_known.TryGetValue(query, out var flight)) return flight;
        flight = new Flight(query) { IsShared = isShared };
        _known[query] = flight;
        if (!_lanes.TryGetValue(LaneOf(flight), out var lane)) _lanes[LaneOf(flight)] = lane = new Lane();
        lane.Waiting.AddLast(flight);
        return flight;
    }

    /// <summary>Those that may be sent now: from each line in turn.</summary>
    public IReadOnlyList<Flight> TakeOff()
    {
        var started = new List<Flight>();
        for (var isMore = true; isMore;)
        {
            isMore = false;
            foreach (var lane in _lanes.Values.Where(lane => lane.Waiting.Count > 0 && lane.Flying < MostToOneAddress))
            {
                if (_flying.Count >= Most) return started;
                var flight = lane.Waiting.First!.Value;
                lane.Waiting.RemoveFirst();
                lane.Flying++;
                _flying.Add(flight);
                started.Add(flight);
                isMore = true;
            }
        }

        return started;
    }

    /// <summary>It landed, or was given up: it takes no more passengers, and its place is free.</summary>
    public void Close(Flight flight)
    {
        if (_known.GetValueOrDefault(flight.Query) == flight) _known.Remove(flight.Query);
        if (!_lanes.TryGetValue(LaneOf(flight), out var lane)) return;
        if (_flying.Remove(flight)) lane.Flying--;
        else lane.Waiting.Remove(flight);
        if (lane is { Flying: 0, Waiting.Count: 0 }) _lanes.Remove(LaneOf(flight));
    }

    /// <summary>Takes a run's metrics off every flight, and closes those that nobody waits for any more.</summary>
    public IReadOnlyList<Flight> Leave(string runUid)
    {
        foreach (var flight in _known.Values) flight.Passengers.RemoveAll(passenger => passenger.Run.Run.Uid == runUid);
        Flight[] empty = [.. _known.Values.Where(flight => flight.Passengers.Count == 0)];
        foreach (var flight in empty) Close(flight);
        return empty;
    }

    private static string LaneOf(Flight flight) => flight.Query.Address ?? "";

    private sealed class Lane
    {
        public LinkedList<Flight> Waiting { get; } = [];

        public int Flying { get; set; }
    }
}
