namespace Canary.JudgeBenchmark.Worlds;

/// <summary>What moves both arms, or either of them, and is nobody's fault.</summary>
internal enum Noise
{
    /// <summary>Nothing: requests fail independently of each other.</summary>
    Independent,

    /// <summary>Two minutes in which 10 percent of the requests fail, on both arms.</summary>
    Incident,

    /// <summary>Traffic and errors swing by half up and down: a day, pressed into the rollout's hour.</summary>
    DayCycle,

    /// <summary>Each arm's errors multiplied anew each minute: Gamma, coefficient of variation 0.2.</summary>
    GammaMild,

    /// <summary>The same, 0.5.</summary>
    GammaStrong,

    /// <summary>Each pod's errors multiplied once for all: standard deviation 10 percent.</summary>
    PodSpread,

    /// <summary>Half of the errors come twenty at once, to one pod.</summary>
    RetryStorms,

    /// <summary>Pods of either arm have ten times the errors in their first 90 seconds; judges are told to leave out two minutes.</summary>
    ColdStart,

    /// <summary>Each arm's durations multiplied anew each minute: log-normal, standard deviation 5 percent.</summary>
    JitterMild,

    /// <summary>The same, 15 percent.</summary>
    JitterStrong,
}
