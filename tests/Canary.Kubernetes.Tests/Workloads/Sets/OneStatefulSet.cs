using System.Linq;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Tests.Workloads.Sets;

/// <summary>A cluster with one StatefulSet of three pods, its Service and its Rollout.</summary>
public abstract class OneStatefulSet : OneSet
{
    private protected const string Set = """
        metadata: { name: web, namespace: shop, generation: 1, uid: set-1, annotations: { team: payments } }
        spec:
          replicas: 3
          serviceName: web-headless
          updateStrategy: { type: RollingUpdate, rollingUpdate: { partition: 0 } }
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec: { containers: [{ name: app, image: "registry.example.com/web:1.0.0", ports: [{ name: http, containerPort: 8080 }] }] }
        status: { observedGeneration: 1, replicas: 3, readyReplicas: 3, currentReplicas: 3, updatedReplicas: 3, currentRevision: web-1, updateRevision: web-1 }
        """;

    private protected override ResourceKind Kind => KnownKinds.StatefulSets;

    private protected Task StartAsync(string set = Set) =>
        StartAsync(set, [.. Enumerable.Range(0, 3).Select(index => Pod($"web-{index}", "web-1"))]);

    private protected static string Pod(string name, string revision, bool isReady = true) => $$"""
        metadata:
          name: {{name}}
          namespace: shop
          labels: { app: web, controller-revision-hash: {{revision}} }
          ownerReferences: [{ apiVersion: apps/v1, kind: StatefulSet, name: web, uid: set-1, controller: true }]
        status: { conditions: [{ type: Ready, status: "{{isReady}}" }] }
        """;

    private protected long? Partition =>
        Json.Whole(Get(KnownKinds.StatefulSets, "web"), "spec", "updateStrategy", "rollingUpdate", "partition");
}
