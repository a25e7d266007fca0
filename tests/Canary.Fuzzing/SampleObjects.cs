namespace Canary.Fuzzing;

/// <summary>Objects with every field that the controller reads or writes, as YAML, to start from.</summary>
internal static class SampleObjects
{
    /// <summary>A Rollout on its second step.</summary>
    public const string Rollout = """
        metadata: { name: checkout, namespace: shop, uid: rollout-1, resourceVersion: "7", generation: 3, annotations: { canary.delivery/request: '{"id":"1","action":"abort","by":"ann","step":1,"reason":"x"}' } }
        spec:
          traffic:
            stable: { service: checkout-stable, workload: { kind: Deployment, name: checkout-stable } }
            canary: { service: checkout-canary, workload: { kind: Deployment, name: checkout-canary } }
            istio: { virtualServices: [{ name: checkout, routes: [primary] }] }
          strategy:
            canary:
              preAnalysis: { templates: [{ templateName: smoke }], args: [{ name: a, value: b }] }
              steps: [{ setWeight: 5 }, { pause: { duration: 60s } }, { analysis: { templates: [{ templateName: smoke }] } }, { setWeight: 50 }]
              analysis: { templates: [{ templateName: smoke, clusterScope: true }], startingStep: 1, alpha: 0.05 }
          alerts: [{ matchLabels: { severity: critical }, action: pause }]
          progressDeadline: 10m
        status:
          phase: Progressing
          message: step 2 of 4
          observedGeneration: 3
          stableRevision: v1
          canaryRevision: v2
          stableSide: stable
          currentStepIndex: 1
          stepStartedAt: 2026-03-01T12:00:00Z
          startedAt: 2026-03-01T11:50:00Z
          firstTrafficAt: 2026-03-01T11:55:00Z
          weights: { desired: 5, previous: 0, applied: 5, highest: 5 }
          accepted:
            traffic:
              stable: { service: checkout-stable, workload: { kind: Deployment, name: checkout-stable } }
              canary: { service: checkout-canary, workload: { kind: Deployment, name: checkout-canary } }
              istio: { virtualServices: [{ name: checkout, routes: [primary] }] }
            strategy: { canary: { steps: [{ setWeight: 5 }, { pause: { duration: 60s } }, { setWeight: 50 }], analysis: { templates: [{ templateName: smoke }], startingStep: 0 } } }
            progressDeadline: 10m
          hold: { reason: Request, since: 2026-03-01T12:00:00Z, message: held }
          attempt: 1
          lastRequest: { id: "0", action: pause, by: ann, at: 2026-03-01T12:00:00Z, carriedOut: true }
          analysis: [{ revision: v2, attempt: 1, step: 2, phase: Running }]
          overruledAlerts: [{ labels: [{ name: a, value: b }], since: 2026-03-01T12:00:00Z, at: 2026-03-01T12:00:00Z }]
          weightFights: 1
          foughtAt: 2026-03-01T12:00:00Z
          history: [{ revision: v1, outcome: Promoted, attempt: 1, startedAt: 2026-03-01T10:00:00Z, endedAt: 2026-03-01T11:00:00Z, highestWeight: 50, reason: x, evidence: [y] }]
          conditions: [{ type: Ready, status: "False", reason: Progressing, message: m, lastTransitionTime: 2026-03-01T12:00:00Z }]
        """;

    /// <summary>An AnalysisRun of it.</summary>
    public const string Run = """
        metadata: { name: checkout-v2-1-bg, namespace: shop, uid: run-1, resourceVersion: "9", creationTimestamp: 2026-03-01T12:00:00Z }
        spec:
          rollout: { name: checkout, revision: v2, attempt: 1, step: 2 }
          metrics:
          - { name: errors, interval: 10s, count: 5, initialDelay: 5s, successCondition: "result[0] < 0.01", failureLimit: 1, provider: { prometheus: { query: up, timeout: 5s } } }
          - name: against
            interval: 30s
            provider: { red: { preset: istio-workload, signal: errors, window: 1m, subject: { ns: shop, workload: a } } }
            compare: { judge: sequential, tolerate: "1", alpha: "0.01", subject: { ns: shop, workload: b } }
        status:
          phase: Running
          startedAt: 2026-03-01T12:00:00Z
          metrics:
          - { name: errors, phase: Running, successful: 2, failed: 1, lastDueAt: 2026-03-01T12:01:00Z, measurements: [{ at: 2026-03-01T12:01:00Z, finishedAt: 2026-03-01T12:01:01Z, phase: Successful, value: "[0.1]", samples: 10, odds: 2, interval: { low: 0.1, high: 0.2 } }] }
          - name: against
            phase: Running
            evidence: { countedTo: 2026-03-01T12:01:00Z, windows: 2, requests: 100, stableRequests: 900, events: [1], stableEvents: [2], worse: [0.1, 0.2], harmless: [0.1], placebo: [0.1], largest: [0.1], signs: [0.1], ratios: { minutes: 1, sum: 0.7, squares: 0.49 }, spread: { squares: 1, events: 3, squaredEvents: 5 }, blocks: 1, openBlock: { seconds: 30, bound: 0, requests: 10, events: 0, stableRequests: 90, stableEvents: 1 }, ours: 1, theirs: 2, expected: 1, pods: 1 }
        """;

    /// <summary>What a route, a Deployment, a Service, a Lease and an EndpointSlice have, in one object.</summary>
    public const string Anything = """
        metadata: { name: checkout, namespace: shop, uid: u, resourceVersion: "3", generation: 2, annotations: { canary.delivery/claim: rollout-1/4 }, labels: { kubernetes.io/service-name: checkout-stable }, ownerReferences: [{ uid: rollout-1 }] }
        addressType: IPv4
        endpoints: [{ addresses: [10.0.0.1], conditions: { ready: true }, targetRef: { kind: Pod, name: p } }]
        spec:
          replicas: 2
          host: checkout
          subsets: [{ name: v1, labels: { version: "1" } }]
          selector: { matchLabels: { app: a }, matchExpressions: [{ key: x, operator: Exists }] }
          template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: app, image: x, ports: [{ containerPort: 80 }] }] } }
          holderIdentity: one
          leaseTransitions: 3
          leaseDurationSeconds: 15
          http: [{ name: primary, route: [{ destination: { host: checkout-stable, port: { number: 80 } }, weight: 80 }, { destination: { host: checkout-canary }, weight: 20 }, { destination: { host: other }, weight: 0 }] }]
        status: { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2, conditions: [{ type: Progressing, status: "False", reason: r, message: m }] }
        """;
}
