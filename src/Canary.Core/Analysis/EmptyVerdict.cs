namespace Canary.Core.Analysis;

/// <summary><c>onNoData</c>: what a measurement without data is (no series, or nothing but NaN).</summary>
public enum EmptyVerdict
{
    Success,
    Failure,
    Error,
    Inconclusive,
}
