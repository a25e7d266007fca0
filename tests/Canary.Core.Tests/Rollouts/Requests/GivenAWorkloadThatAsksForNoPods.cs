using Canary.Core.Rollouts;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.Requests;

/// <summary>A workload that was scaled to zero just now: its pods are on their way out, and EndpointSlices still call them ready.</summary>
public sealed class GivenAWorkloadThatAsksForNoPods
{
    [TestCase(0, true, false)]
    [TestCase(2, true, true)]
    // A side of spec.revision has no workload that anybody could ask.
    [TestCase(0, false, true)]
    public void WhenItsEndpointsAreStillReady_ThenNoTrafficMayGoThere(int desired, bool hasWorkload, bool isReady)
    {
        var side = new SideObservation("one", 2, desired, IsRolledOut: true, null)
        {
            Workload = hasWorkload ? new ObservedWorkload("checkout", "uid", 1) : null,
        };

        Assert.That(side.IsReady, Is.EqualTo(isReady));
    }
}
