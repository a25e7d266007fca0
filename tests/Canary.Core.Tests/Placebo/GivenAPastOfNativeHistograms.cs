using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Placebo;
using Canary.Core.Tests.Analysis;
using Canary.Core.Tests.Analysis.Native;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Placebo;

public sealed class GivenAPastOfNativeHistograms
{
    private static readonly MetricSpec Metric = A.ComparedErrors with
    {
        Provider = A.Red with { Signal = RedSignal.Duration },
        Comparison = A.ComparedErrors.Comparison! with { Bounds = [64, 256] },
    };

    [Test]
    public void WhenItIsJoined_ThenItHasTheCountersOfClassicBuckets()
    {
        var pod = new DurationsOfAPod("s1").Serve(0, 3, 10, 100).Serve(15, 2, 20, 300).Restart().Serve(30, 2, 10, 70, 300, 300, 300)
            .Serve(45, 1, 60);
        Series[] parts = [pod.Native with { Histograms = [.. pod.Native.Histograms.Take(3)] },
            pod.Native with { Histograms = [.. pod.Native.Histograms.Skip(2)] }];

        var past = PastCounters.Join(Metric, [.. parts.Select(part => new MetricAnswer.Matrix([part], []))]);

        Assert.That(past.Pods, Is.EqualTo((EquatableArray<PastPod>)[new PastPod("s1", A.At(0), A.At(45))]));
        // The number of all rose over the restart, which is to be seen all the same.
        Assert.That(past.Read(["s1"], A.At(-1), A.At(60)).Series
            .Select(series => (series.Labels[^1].Value, string.Join(' ', series.Points.Select(point => point.Value)))),
            Is.EqualTo(new[] { ("64", "1 2 1 2"), ("256", "2 3 2 3"), ("+Inf", "2 4 0 5 6") }));
    }
}
