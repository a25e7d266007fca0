using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Canary.Core.Units;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Reconciling;
using Microsoft.Extensions.Logging;

namespace Canary.Sandbox.Workloads;

/// <summary>Names that wait for a reconciler: each at most once, one after the other, again later when it failed.</summary>
internal sealed class ReconcileQueue(string kind, IReconciler reconciler, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    private readonly Channel<ObjectName> _names = Channel.CreateUnbounded<ObjectName>(new() { SingleReader = true });
    private readonly HashSet<ObjectName> _waiting = [];
    private readonly Dictionary<ObjectName, (DateTimeOffset At, ITimer Timer)> _alarms = [];
    private readonly Dictionary<ObjectName, int> _failures = [];
    private readonly Lock _lock = new();

    public void Add(ObjectName name)
    {
        lock (_lock)
        {
            if (_waiting.Add(name)) _names.Writer.TryWrite(name);
        }
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            await foreach (var name in _names.Reader.ReadAllAsync(cancel))
            {
                // Off the list first: a change during the pass puts it on again.
                lock (_lock) _waiting.Remove(name);
                if (await PassAsync(name, cancel) is { } later) AddLater(name, later);
            }
        }
        finally
        {
            lock (_lock)
            {
                foreach (var (_, timer) in _alarms.Values.ToList()) timer.Dispose();
                _alarms.Clear();
            }
        }
    }

    private async Task<TimeSpan?> PassAsync(ObjectName name, CancellationToken cancel)
    {
        try
        {
            var later = await reconciler.ReconcileAsync(name, cancel);
            _failures.Remove(name);
            return later;
        }
        catch (ApiException refused) when (refused.IsConflict || refused.IsNotFound || refused.IsAlreadyExists)
        {
            // Somebody was faster. What is there now is looked at again, soon.
            return FirstDelay;
        }
        catch (ApiException refused) when (!cancel.IsCancellationRequested)
        {
            var count = _failures[name] = _failures.GetValueOrDefault(name) + 1;
            log.ReconcileFailed(kind, name, refused.Message);
            return new ExponentialBackoff(FirstDelay, LongestDelay).After(count + 1);
        }
    }

    // Of two alarms for one name the earlier counts; it will set the next one itself.
    private void AddLater(ObjectName name, TimeSpan later)
    {
        lock (_lock)
        {
            var at = time.GetUtcNow() + later;
            if (_alarms.TryGetValue(name, out var present))
            {
                if (present.At <= at) return;
                present.Timer.Dispose();
            }

            _alarms[name] = (at, time.CreateTimer(_ => Ring(name), null, later, Timeout.InfiniteTimeSpan));
        }
    }

    private void Ring(ObjectName name)
    {
        lock (_lock)
        {
            if (_alarms.Remove(name, out var alarm)) alarm.Timer.Dispose();
        }

        Add(name);
    }
}
