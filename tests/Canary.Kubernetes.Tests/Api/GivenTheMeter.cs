using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Api.Wire;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Api;

public sealed class GivenTheMeter
{
    [Test]
    public async Task WhenRequestsAreMade_ThenEveryAttemptIsCountedByVerbResourceAndCode()
    {
        await using var api = await FakeApi.StartAsync(
            Answers.Status(503, "", "no"), Answers.Json("{}"), Answers.Json("{}"), Answers.Drop(), Answers.Lines(A.Bookmark("1")));
        using var client = A.Client(api);
        var counted = new List<string>();
        using var listener = Listener(counted);

        await client.GetAsync(KnownKinds.AnalysisRuns, A.Checkout, A.Limit());
        await client.PatchAsync(KnownKinds.Rollouts, A.Checkout, new Patch.Merge([]), "status", A.Write, A.Limit());
        await A.ProblemAsync(() => client.CreateAsync(KnownKinds.Events, "shop", [], A.Write, A.Limit()));
        await foreach (var _ in client.WatchAsync(KnownKinds.Rollouts, null, new WatchOptions(), A.Limit()))
        {
        }

        Assert.That(counted, Is.EqualTo(new[]
        {
            "get analysisruns.canary.delivery 503", "get analysisruns.canary.delivery 200", "patch rollouts.canary.delivery/status 200",
            "create events error", "watch rollouts.canary.delivery 200",
        }));
    }

    private static MeterListener Listener(List<string> counted)
    {
        var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Name == ApiMetrics.MeterName && instrument.Name == ApiMetrics.Requests)
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            lock (counted) counted.Add(string.Join(' ', tags.ToArray().Select(tag => (string?)tag.Value)));
        });
        listener.Start();
        return listener;
    }
}
