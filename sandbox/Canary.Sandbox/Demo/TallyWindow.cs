using System;
using System.Collections.Generic;
using Canary.Sandbox.Mesh.Telemetry;

namespace Canary.Sandbox.Demo;

/// <summary>Keeps the tallies of the last seconds, so that a rate can be said.</summary>
internal sealed class TallyWindow(TimeSpan length)
{
    private readonly Queue<(TimeSpan At, ServiceTally Tally)> _tallies = [];

    /// <summary>What came between the oldest tally that is young enough and this one, and how long that is.</summary>
    public (ServiceTally Window, TimeSpan Length) Add(TimeSpan at, ServiceTally tally)
    {
        _tallies.Enqueue((at, tally));
        while (_tallies.Count > 2 && at - _tallies.Peek().At > length) _tallies.Dequeue();
        var oldest = _tallies.Peek();
        return (tally.Since(oldest.Tally), at - oldest.At);
    }
}
