namespace Canary.Engine.Measuring;

/// <summary>What an answer is to its measurement.</summary>
internal enum MeasurementPart
{
    Value,
    Samples,
    Baseline,
}
