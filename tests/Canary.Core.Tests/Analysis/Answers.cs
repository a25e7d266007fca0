using System;
using System.Linq;
using Canary.Core.Analysis.Answers;

namespace Canary.Core.Tests.Analysis;

/// <summary>Answers of a metric source, in short.</summary>
internal static class Answers
{
    public static readonly MetricAnswer Empty = Vector();

    public static MetricAnswer Vector(params double[] values) =>
        new MetricAnswer.Vector([.. values.Select(value => new Sample([], value))], []);

    public static MetricAnswer Scalar(double value) => new MetricAnswer.Scalar(value, []);

    public static MetricAnswer Text(string value) => new MetricAnswer.Text(value);

    public static MetricAnswer Faulted(string reason) => new MetricAnswer.Faulted(reason);

    public static MetricAnswer Matrix(params double[][] series) => new MetricAnswer.Matrix(
        [.. series.Select(values => new Series([new Label("pod", "a")],
            [.. values.Select((value, index) => new Point(DateTimeOffset.UnixEpoch.AddSeconds(index), value))]))], []);
}
