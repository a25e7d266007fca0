namespace Canary.Core.Analysis.Answers;

/// <summary>The number in the answer to a query for samples.</summary>
public static class SampleCount
{
    /// <summary>The number of samples: of a scalar, or of a vector of one; none at all for an empty one. Null: not asked, not known, or no
    /// number.</summary>
    public static double? Count(MetricAnswer? answer) => answer switch
    {
        MetricAnswer.Scalar { Value: var value } when double.IsFinite(value) => value,
        MetricAnswer.Vector { Samples: [{ Value: var value }] } when double.IsFinite(value) => value,
        MetricAnswer.Vector { Samples.Count: 0 } => 0,
        _ => null,
    };
}
