using System;
using System.Collections.Generic;
using System.Threading;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Caching;

/// <summary>
/// Tells the echoes of our own writes from changes by others. An echo that comes after the answer meets a cache that has the answer
/// already; one that overtakes the answer is held back here until the answer says which version is ours.
/// </summary>
internal sealed class EchoFilter
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(ResourceKind Kind, ObjectName Name), OwnWrite> _open = [];

    /// <summary>A write is on its way until the result is disposed of.</summary>
    public OwnWrite Begin(ResourceKind kind, ObjectName name)
    {
        var write = new OwnWrite(ended => End(kind, name, ended));
        lock (_gate)
        {
            // A second one at the same time holds nothing back: at worst its echo is one look too many.
            _open.TryAdd((kind, name), write);
        }

        return write;
    }

    /// <summary>Tells of a change, or holds it back while a write of ours may be its cause.</summary>
    public void Tell(ResourceKind kind, ObjectName name, string version, Action tell)
    {
        lock (_gate)
        {
            if (_open.TryGetValue((kind, name), out var write))
            {
                write.Hold(version, tell);
                return;
            }
        }

        tell();
    }

    private void End(ResourceKind kind, ObjectName name, OwnWrite write)
    {
        lock (_gate)
        {
            if (_open.TryGetValue((kind, name), out var open) && open == write) _open.Remove((kind, name));
        }
    }
}
