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

        ## How many pods a weight needs

        A side needs its share of the larger side's replicas, rounded up, before it gets that share: beside ten pods of stable the canary needs one for 5 %, five for 50 % and ten for 100 %. That holds for
        every raise, the last one and that of `promoteFull` included, and for stable when it takes the traffic back after a promotion. Replicas are those that a Deployment asks for, so an autoscaler that
        scales stable up under load raises what the next step needs; without workloads they are the ready pods of the Service.

        | `strategy.canary.capacity.policy` | where pods are missing |
        |---|---|
        | `Require` (default) | the raise waits and says how many pods are missing; the progress deadline runs. The return of traffic to stable waits without a deadline, since there is no way back by then |
        | `Warn` | it goes on; an Event `CapacityMissing` and the condition `CapacitySufficient` say so |
        | `Ignore` | pods are not compared; choose it where the canary's pods are fewer and larger |

        A rollback waits for no capacity: where stable is short of pods, an Event says so. The policy is read live. `canary lint` and `canary plan` compare the replicas that are written, and a rollout whose
        workloads will not do for its last raise says so when it begins. An autoscaler that scales stable down while the canary has the traffic keeps the promotion waiting: give both sides the same
        `minReplicas`, or choose `Warn`.

        ## A canary that crashes again and again

        A canary without a ready pod gets no traffic until all of its pods are ready again. Each such loss is counted in `status.canaryReadiness`, which a restart of the controller keeps. The message, an Event
        `CanaryUnready` and the condition `CanaryReady` say so, once a loss. The rollout is rolled back

        - after `strategy.canary.unreadyLimit` losses in one attempt (1 to 100, default 3; read live), or
        - when the canary was unready for `progressDeadline` in one step, all its unready times added up.

        A loss is from all pods ready to no ready pod, while the canary carries traffic or is analysed before the first step. A canary that keeps some pods, but fewer than its weight needs and it had before, is
        unready without a loss; that needs the policy `Require` and sides with workloads. So the drain of a node costs a canary of one pod one loss, and a larger one none. An upgrade that drains a node after
        the other can move a single pod three times: give such a canary two replicas, or a higher limit.

        Not charged are times when stable has no ready pod either, when the canary's workload is scaled to none, when something that the spec names is missing, when nobody watched, and, for the unready time, when
        a person, an analysis or an alert holds the rollout. Once stable runs the promoted template nothing is counted any more. A new revision and a new attempt start the count again. A crash between two
        evaluations that nobody saw is not counted.

        ## One owner for each object

        A Service, Deployment or VirtualService belongs to one Rollout, and so does a DestinationRule that a Rollout names for its subsets. A second Rollout that names one of them gets `SpecAccepted=False` with
        each field, the object and its owner, and does nothing until the owner is deleted or names the object no more. The owner is the Rollout that holds the object: a rollout under way before one at rest. Where
        none holds it yet, a Rollout whose spec is rejected comes last, and of the others the older one has it; of the same second the smaller uid decides. All of it is read from the Rollouts, so a restart or a
        new leader changes no owner.

        """;
}
