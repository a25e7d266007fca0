using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Red;
using Canary.Core.Planning;
using Canary.Core.Units;
using Canary.Providers.Metrics;

namespace Canary.Cli.Planning;

/// <summary>Asks Prometheus what a service looks like.</summary>
internal sealed class BaselineQuestions(PrometheusClient client, TimeSpan window, DateTimeOffset now)
{
    /// <summary>The baseline, or why there is none with the exit code that says it.</summary>
    public async Task<(Baseline? Baseline, string Problem, ExitCode Code)> AskAsync(MetricSpec metric, CancellationToken cancel)
    {
        var volume = BaselineQueries.Volume(metric, window, now);
        var answer = await client.AskAsync(volume, cancel);
        if (answer is MetricAnswer.Faulted faulted) return (null, faulted.Reason, ExitCode.Unreachable);
        if (answer is not MetricAnswer.Vector { Samples.Count: > 0 } counted)
            return (null, await MissingAsync(metric, volume, cancel), ExitCode.NoAnswers);
        var requests = counted.Samples.Sum(sample => sample.Value);
        if (double.IsInfinity(requests))
            return (null, $"the answer is no number of requests but {NumberText.Format(requests)}: {volume.Query}", ExitCode.NoAnswers);
        if (!(requests > 0))
            return (null,
                $"no traffic: stable had no request in the last {GoDuration.Format(window)}, so nothing can be said of the time that "
                    + "evidence takes", ExitCode.Inconclusive);

        var (stable, wrong) = await RangeAsync(BaselineQueries.Requests(metric, RedSide.Stable, window, now), cancel);
        if (stable is null) return (null, wrong, ExitCode.Unreachable);
        var (canary, failure) = await RangeAsync(BaselineQueries.Requests(metric, RedSide.Canary, window, now), cancel);
        if (canary is null) return (null, failure, ExitCode.Unreachable);
        var traffic = Baseline.Traffic(stable, canary) is { } mean and > 0 ? mean : requests / window.TotalSeconds;

        var events = await client.AskAsync(BaselineQueries.Events(metric, window, now), cancel);
        if (events is MetricAnswer.Faulted broken) return (null, broken.Reason, ExitCode.Unreachable);
        if (events is not MetricAnswer.Vector found) return (null, "the answer holds no series", ExitCode.NoAnswers);
        if (metric.Provider is not ProviderSpec.Red { Signal: RedSignal.Duration })
            return (Baseline.OfErrors(traffic, requests, found.Samples.Where(sample => double.IsFinite(sample.Value))
                .Sum(sample => Math.Max(0, sample.Value))), "", ExitCode.Done);
        return Baseline.OfDurations(metric, traffic, found) is { Requests: > 0 } baseline
            ? (baseline, "", ExitCode.Done)
            : (null, "the service has requests, and no buckets of durations with a bound that the metric compares", ExitCode.NoAnswers);
    }

    private async Task<(MetricAnswer.Matrix? Answer, string Problem)> RangeAsync(MetricQuery query, CancellationToken cancel) =>
        await client.AskAsync(query, cancel) switch
        {
            MetricAnswer.Matrix matrix => (matrix, ""),
            MetricAnswer.Faulted faulted => (null, faulted.Reason),
            _ => (null, "the answer to a range query holds no series over time"),
        };

    private async Task<string> MissingAsync(MetricSpec metric, MetricQuery volume, CancellationToken cancel)
    {
        var red = (ProviderSpec.Red)metric.Provider;
        if (volume.Probe is { } probe
            && await client.AskAsync(volume with { Query = probe }, cancel) is MetricAnswer.Vector { Samples.Count: > 0 })
            return volume.ProbeFinding;
        var subject = string.Join(", ",
            metric.Comparison!.StableSubject.Where(one => RedPreset.Find(red.Preset)!.Placeholders.Contains(one.Name))
            .Select(one => $"{one.Name} {one.Value}"));
        return $"Prometheus has no series of preset {red.Preset} for stable ({subject}) in the last {GoDuration.Format(window)}; either "
            + $"nobody called it, or it is not scraped, or another preset fits. The query: {volume.Query}";
    }
}
