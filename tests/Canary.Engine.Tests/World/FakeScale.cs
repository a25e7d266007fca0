using System;

namespace Canary.Engine.Tests.World;

/// <summary>Replicas that become ready after a while, and a template that pods follow.</summary>
internal sealed class FakeScale(int replicas, string revision)
{
    private int _before = replicas;
    private DateTimeOffset _readyAt = DateTimeOffset.MinValue;

    public int Replicas { get; private set; } = replicas;

    public string Revision { get; private set; } = revision;

    /// <summary>What a pod that starts now reads, and what those that run have read; null: they read nothing.</summary>
    public string? Configuration { get; private set; }

    public string? Read { get; private set; }

    /// <summary>Its new pods never become ready.</summary>
    public bool IsBroken { get; set; }

    public FakeScale Scaled(int to, DateTimeOffset now, TimeSpan takes)
    {
        Scale(to, now, takes);
        return this;
    }

    public void Scale(int to, DateTimeOffset now, TimeSpan takes)
    {
        if (Replicas == 0) Read = Configuration;
        _before = Math.Min(Ready(now), to);
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

    public int Ready(DateTimeOffset now) => now >= _readyAt && !IsBroken ? Replicas : Math.Min(_before, Replicas);

    public bool IsAvailable(DateTimeOffset now) => now >= _readyAt && !IsBroken;
}
