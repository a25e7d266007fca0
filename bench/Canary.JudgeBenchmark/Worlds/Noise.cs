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

    /// <summary>Each pod's errors multiplied once for all: log-normal, coefficient of variation 0.2.</summary>
    PodsDifferMild,

    /// <summary>The same, 0.3.</summary>
    PodsDifferStrong,

    /// <summary>The last pod of stable has five times the errors, for good: its node is bad.</summary>
    BadStablePod,

    /// <summary>A tenth of stable's pods and one pod of the canary have five times the errors: their nodes are bad.</summary>
    BadNodes,

    /// <summary>Every call that fails is tried three times within a second, at random pods of its arm: errors come in threes.</summary>
    MeshRetries,

    /// <summary>Half of the errors come from clients that send one request again and again, fifty times on average, by one connection to
    /// one pod.</summary>
    ClientLoops,

    /// <summary>Each pod stalls for 15 seconds, every twenty minutes on average: its requests fail, or take as long where durations are
    /// measured.</summary>
    Stalls,

    /// <summary>The logarithm of each arm's rate wanders by itself: standard deviation 0.3, correlated over five minutes.</summary>
    WanderShort,

    /// <summary>The same over fifteen minutes.</summary>
    WanderLong,

    /// <summary>Pods have ten times the errors in their first two minutes, and nobody tells the judges.</summary>
    ColdPods,

    /// <summary>Requests come in sessions of twenty, and each user has a rate of errors: log-normal, most of them nearly none.</summary>
    Sessions,
}
