using System;

namespace Canary.Engine.Tests.World;

/// <summary>Replicas that become ready after a while, and a template that pods follow.</summary>
internal sealed class FakeScale(int replicas, string revision)
{
    private int _before = replicas;
    private int _unready;
    private DateTimeOffset _readyAt = DateTimeOffset.MinValue;

    public int Replicas { get; private set; } = replicas;

    public string Revision { get; private set; } = revision;

    /// <summary>What a pod that starts now reads, and what those that run have read; null: they read nothing.</summary>
    public string? Configuration { get; private set; }

    public string? Read { get; private set; }

    /// <summary>Its new pods never become ready.</summary>
    public bool IsBroken { get; set; }

    /// <summary>So many of the pods that it is scaled up by never become ready; 0: all do, also those of before.</summary>
    public int Unready
    {
        get;
        set => (field, _unready) = (value, value == 0 ? 0 : _unready);
    }

    public FakeScale Scaled(int to, DateTimeOffset now, TimeSpan takes)
    {
        Scale(to, now, takes);
        return this;
    }

    public void Scale(int to, DateTimeOffset now, TimeSpan takes)
    {
        if (Replicas == 0) Read = Configuration;
        _before = Math.Min(Ready(now), to);
        // Those that go first are not ready.
        _unready = to < Replicas ? Math.Max(0, _unready - (Replicas - to)) : Math.Max(_unready, Math.Min(Unready, to - _before));
        if (to > _before) _readyAt = now + takes;
        Replicas = to;
    }

    // Old pods go as new ones come: as many are ready all the time.
    public void Ship(string next, DateTimeOffset now, TimeSpan takes)
    {
        if (next == Revision) return;
        _before = Ready(now);
        Read = Configuration;
        Revision = next;
        _readyAt = now + takes;
    }

    /// <summary>A ConfigMap is another one: that is another revision, and no pod is replaced for it.</summary>
    public void Configure(string next, string configuration) => (Revision, Configuration) = (next, configuration);

    public int Ready(DateTimeOffset now) =>
        Math.Min(now >= _readyAt && !IsBroken ? Replicas : _before, Math.Max(0, Replicas - _unready));

    public bool IsAvailable(DateTimeOffset now) => IsUpdated(now) && (_unready == 0 || Replicas == 0);

    /// <summary>All of its pods run the newest template, and none is on its way any more.</summary>
    public bool IsUpdated(DateTimeOffset now) => now >= _readyAt && !IsBroken;
}
