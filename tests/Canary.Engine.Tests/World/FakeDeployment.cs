using System;
using Canary.Core.Rollouts;
using Canary.Engine.Ports;

namespace Canary.Engine.Tests.World;

/// <summary>A workload whose pods follow a new template after a while, two pods, never fewer than two ready unless it is broken.</summary>
internal sealed class FakeDeployment(string revision)
{
    private DateTimeOffset _rolledOutAt = DateTimeOffset.MinValue;

    public string Revision { get; private set; } = revision;

    public Claim? Claim { get; set; }

    /// <summary>Its pods never become ready.</summary>
    public bool IsBroken { get; set; }

    public void Ship(string next, DateTimeOffset now, TimeSpan takes)
    {
        if (next == Revision) return;
        Revision = next;
        _rolledOutAt = now + takes;
    }

    public SideObservation Observe(DateTimeOffset now) =>
        IsBroken
            ? new SideObservation(Revision, 0, 2, false, "ImagePullBackOff")
            : new SideObservation(Revision, 2, 2, now >= _rolledOutAt, null);

    /// <summary>When its pods will have followed; null: they have.</summary>
    public DateTimeOffset? SettlesAt(DateTimeOffset now) => _rolledOutAt > now ? _rolledOutAt : null;
}
