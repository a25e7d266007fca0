namespace Canary.Core.Tests.Rollouts;

/// <summary>The part of <c>docs/rollouts.md</c> about what protects traffic beside the analysis.</summary>
internal static class SafetyProse
{
    public const string Text = """

        ## What deadlines and pauses count

        | clock | runs | while the controller or the API server is away |
        |---|---|---|
        | `progressDeadline` | while the rollout waits for pods, or for a route to take a raise | stops: nobody knows whether pods came, so the version is not charged for it |
        | `pause.duration` | from the moment when every route shows the weight | goes on, as in Argo Rollouts; a pause that was over by then ends a minute after the controller watches again, or its own length where that is shorter |
        | windows and intervals of an analysis | with Prometheus' samples | the samples are read afterwards; a measurement that was missed is not made up |

        An absence is noticed when the controller restarts, loses its Lease, cannot save a status, cannot watch pods, or comes 30 s late to an evaluation. `status.waitingSince` then moves forward by the time
        that nobody watched. `status.waitObservedAt` notes that a wait goes on, every sixth of the deadline and at most once a minute. An absence no longer than that is counted, since it cannot be told
        from a change of leaders, and a controller that restarts again and again must not keep a rollout waiting for ever.

        The controller measures time with its machine's monotonic clock. It takes the time of day from the API server when it starts and until it leads. A machine whose clock is set forward or back by an
        hour therefore ends no pause and delays no query, and leaders on machines with different clocks agree. A leader that finds the API server's clock elsewhere approaches it by at most 36 s an hour. Times
        in a status that lie in the future are taken for now.

        """;
}
