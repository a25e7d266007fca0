using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;
using Canary.Sandbox.Workloads.Reconciling;

namespace Canary.Sandbox.Workloads.Deployments;

/// <summary>How many pods may be there beyond the wanted number, and how many may be missing, while one ReplicaSet takes over from
/// others.</summary>
/// <remarks>Source: kubernetes pkg/controller/deployment/rolling.go.</remarks>
internal sealed record RollingUpdate(int Replicas, int MaxSurge, int MaxUnavailable)
{
    public static RollingUpdate Read(JsonObject deployment)
    {
        var replicas = deployment.NumberAt("spec", "replicas") ?? 1;
        if (deployment.TextAt("spec", "strategy", "type") == "Recreate") return new RollingUpdate(replicas, 0, 0);
        var bounds = deployment.At("spec", "strategy", "rollingUpdate");
        var surge = IntOrPercent.Resolve(bounds.At("maxSurge") ?? "25%", replicas, Math.Ceiling);
        var unavailable = IntOrPercent.Resolve(bounds.At("maxUnavailable") ?? "25%", replicas, Math.Floor);
        // Both 0 could never move: Kubernetes lets one pod be missing then.
        return new RollingUpdate(replicas, surge, surge == 0 && unavailable == 0 ? 1 : Math.Min(unavailable, replicas));
    }

    /// <summary>The next sizes, by name of the ReplicaSet; only those that change. Empty when there is nothing to do now.</summary>
    public IReadOnlyDictionary<string, int> Next(SetSize current, IReadOnlyList<SetSize> old)
    {
        if (current.Wanted > Replicas) return One(current.Name, Replicas);
        var all = current.Wanted + old.Sum(set => set.Wanted);
        var room = Replicas + MaxSurge - all;
        if (current.Wanted < Replicas && room > 0) return One(current.Name, current.Wanted + Math.Min(room, Replicas - current.Wanted));
        return ScaleDown(current, old, all);
    }

    private Dictionary<string, int> ScaleDown(SetSize current, IReadOnlyList<SetSize> old, int all)
    {
        var next = old.ToDictionary(set => set.Name, set => set.Wanted);
        var least = Replicas - MaxUnavailable;
        var spare = all - least - (current.Wanted - current.Available);
        // Pods that do not work go first: taking them away costs nothing.
        foreach (var set in old)
        {
            var taken = Math.Clamp(Math.Min(spare, set.Wanted - set.Available), 0, set.Wanted);
            next[set.Name] -= taken;
            spare -= taken;
        }

        var availableSpare = Math.Min(spare, current.Available + old.Sum(set => set.Available) - least);
        foreach (var set in old)
        {
            var taken = Math.Clamp(availableSpare, 0, next[set.Name]);
            next[set.Name] -= taken;
            availableSpare -= taken;
        }

        return next.Where(entry => old.Any(set => set.Name == entry.Key && set.Wanted != entry.Value)).ToDictionary();
    }

    private static Dictionary<string, int> One(string name, int size) => new() { [name] = size };
}
