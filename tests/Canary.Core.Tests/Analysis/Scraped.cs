using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Answers;

namespace Canary.Core.Tests.Analysis;

/// <summary>Raw counters as Prometheus holds them: one sample every fifteen seconds.</summary>
internal sealed class Scraped
{
    private readonly List<Series> _series = [];

    /// <summary>A series of Istio's requests: its values, the first one <paramref name="from"/> seconds after the start, NaN where a scrape
    /// was missed.</summary>
    public Scraped Requests(string pod, string code, double from, params double[] values) =>
        Add([new("pod", pod), new("response_code", code)], from, values);

    /// <summary>Requests of one status that Envoy says more of.</summary>
    public Scraped Flagged(string pod, string code, string flags, double from, params double[] values) =>
        Add([new("pod", pod), new("response_code", code), new("response_flags", flags)], from, values);

    /// <summary>A bucket of the durations.</summary>
    public Scraped Bucket(string pod, string le, double from, params double[] values) =>
        Add([new("pod", pod), new("le", le)], from, values);

    /// <summary>Requests of one status, as a job scraped them.</summary>
    public Scraped Labelled(string pod, string code, string job, double from, params double[] values) =>
        Add([new("job", job), new("pod", pod), new("response_code", code)], from, values);

    /// <summary>Requests of one status, scraped at an address.</summary>
    public Scraped Addressed(string pod, string code, string address, double from, params double[] values) =>
        Add([new("instance", address), new("pod", pod), new("response_code", code)], from, values);

    /// <summary>Requests of one status, scraped once a minute.</summary>
    public Scraped EachMinute(string pod, string code, double from, params double[] values) =>
        Add([new("pod", pod), new("response_code", code)], from, values, 60);

    /// <summary>What a query at this moment finds.</summary>
    /// <param name="to">Seconds after the start.</param>
    public MetricAnswer.Matrix Until(double to) => new(
        [.. _series.Select(series => series with { Points = [.. series.Points.Where(point => point.At <= A.At(to))] })
            .Where(series => series.Points.Count > 0)], []);

    public MetricAnswer.Matrix Answer => new([.. _series], []);

    private Scraped Add(Label[] labels, double from, double[] values, int interval = 15)
    {
        var points = values.Select((value, index) => new Point(A.At(from + (interval * index)), value))
            .Where(point => !double.IsNaN(point.Value));
        _series.Add(new Series([.. labels], [.. points]));
        return this;
    }
}
