using System;
using System.Linq;
using Canary.Core.Rollouts;

namespace Canary.Testing.Sets;

/// <summary>A StatefulSet. Pods come and go one after the other, as with <c>podManagementPolicy: OrderedReady</c>.</summary>
internal sealed class FakeStatefulSet : FakeSet
{
    private string _current = "v1";

    /// <param name="replicas">Its pods, all ready at version v1.</param>
    public FakeStatefulSet(int replicas)
        : base(replicas) => Partition = 0;

    public override string Current => _current;

    // Another of stable's last pods cannot go, where pods come back at another revision.
    public override int MostOfCanary(string? stable) => Current == stable ? Replicas - 1 : 1;

    public override SideObservation ObserveStable(DateTimeOffset now, bool isReleased)
    {
        var isRolledOut = Services.Stable != Update || (Current == Update && Ready(Update, now) == Replicas);
        return new SideObservation(Services.Stable, Behind(isStable: true, now),
            Services.Stable is null || Services.Stable == Update ? Replicas : Pods.Count(pod => pod.Revision == Services.Stable),
            Services.Stable is null || isRolledOut, null);
    }

    public override SideObservation ObserveCanary(DateTimeOffset now) =>
        new(Update, Behind(isStable: false, now), Math.Max(0, Replicas - Partition!.Value), Services.Canary == Update, null);

    protected override bool ControlOnce(DateTimeOffset now)
    {
        if (Pods.Where(pod => pod.Index >= Replicas).MaxBy(pod => pod.Index) is { } tooMany) return Pods.Remove(tooMany);
        for (var index = 0; index < Replicas; index++)
        {
            if (Pods.FirstOrDefault(pod => pod.Index == index) is { } there)
            {
                if (!IsReady(there, now)) return false;
                continue;
            }

            Pods.Add(new FakePod(index, index < Partition ? Current : Update, NextUid(), now + Start));
            return true;
        }

        if (Pods.Where(pod => pod.Index >= Partition && pod.Revision != Update).MaxBy(pod => pod.Index) is { } old)
            return Pods.Remove(old);
        if (Current != Update && Pods.All(pod => pod.Revision == Update)) _current = Update;
        return false;
    }
}
