namespace Canary.Core.Analysis;

/// <summary>What the message of a metric rests on.</summary>
public enum MetricReason
{
    /// <summary>There is nothing to say.</summary>
    None,

    /// <summary>The value of the last measurement.</summary>
    Measured,

    /// <summary>The odds of a sequential comparison.</summary>
    Compared,

    /// <summary>A finding of Mann and Whitney's test.</summary>
    Classified,

    /// <summary>The last measurement saw fewer samples than <c>minSamples</c>.</summary>
    TooFewSamples,

    /// <summary>There were no series, or no finite number.</summary>
    NoData,

    /// <summary>The source did not answer, or its answer cannot be judged.</summary>
    NoAnswer,

    /// <summary>How many measurements had which verdict.</summary>
    Counted,

    /// <summary>It was ended before it had a verdict.</summary>
    Stopped,
}
