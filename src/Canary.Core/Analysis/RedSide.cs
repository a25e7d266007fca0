namespace Canary.Core.Analysis;

/// <summary>Which side of a rollout a RED metric measures.</summary>
public enum RedSide
{
    Canary,
    Stable,
}
