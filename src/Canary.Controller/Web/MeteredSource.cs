using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Engine.Ports;

namespace Canary.Controller.Web;

/// <summary>A metric source whose queries are timed and counted.</summary>
internal sealed class MeteredSource(IMetricSource source, TimeProvider time) : IMetricSource
{
    public const string MeterName = "Canary.Queries";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Histogram<double> Durations = Meter.CreateHistogram<double>("canary.query.duration", "s", "Time to the answer of a metric source, good or bad.");
    private static readonly Counter<long> Errors = Meter.CreateCounter<long>("canary.query.errors", null, "Queries without an answer that can be used.");

    public string Provider => source.Provider;

    public async Task<MetricAnswer> AskAsync(MetricQuery query, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        var answer = await source.AskAsync(query, cancel).ConfigureAwait(false);
        var provider = new KeyValuePair<string, object?>("provider", Provider);
        Durations.Record(time.GetElapsedTime(started).TotalSeconds, provider);
        if (answer is MetricAnswer.Faulted) Errors.Add(1, provider);
        return answer;
    }
}
