namespace Canary.Core.Statistics;

/// <summary>What becomes of values far from the others of their arm.</summary>
public enum OutlierTreatment
{
    /// <summary>They are judged as the others are. The default.</summary>
    Keep,

    /// <summary>Those strictly outside of the fences of <see cref="SampleComparison.OutlierFactor"/> are left out, in each arm by its own
    /// fences.</summary>
    Remove,
}
