using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;

namespace Canary.Benchmarks.Reconcile;

/// <summary>One service under Istio with its Rollout, as YAML of users describes it.</summary>
/// <param name="Number">Which one it is, from 0.</param>
/// <param name="Steps">Weights that its Rollout takes.</param>
/// <param name="Seconds">Length of a step, and interval of both metrics.</param>
internal sealed record RolloutDocuments(int Number, int Steps, int Seconds)
{
    private const int NamespaceSize = 100;
    private const int PodsOfASide = 2;

    public static string NamespaceOf(int number) => $"team-{number / NamespaceSize}";

    public string Namespace => NamespaceOf(Number);

    public static string NameOf(int number) => $"checkout-{number}";

    public string Name => NameOf(Number);

    public JsonObject Service(string? side) => Parse($$"""
        {
          "apiVersion": "v1", "kind": "Service",
          "metadata": { "name": "{{Name}}{{(side is null ? "" : "-" + side)}}", "namespace": "{{Namespace}}" },
          "spec": {
            "selector": { "app": "{{Name}}"{{(side is null ? "" : $", \"track\": \"{side}\"")}} },
            "ports": [{ "name": "http", "port": 80, "targetPort": 8080 }]
          }
        }
        """);

    /// <summary>A Deployment with what people write into one: probes, resources, environment, affinity.</summary>
    public JsonObject Deployment(string side, string version) => Parse($$"""
        {
          "apiVersion": "apps/v1", "kind": "Deployment",
          "metadata": {
            "name": "{{Name}}-{{side}}", "namespace": "{{Namespace}}",
            "labels": { "app": "{{Name}}", "track": "{{side}}", "app.kubernetes.io/part-of": "shop" }
          },
          "spec": {
            "replicas": {{PodsOfASide}},
            "selector": { "matchLabels": { "app": "{{Name}}", "track": "{{side}}" } },
            "template": {
              "metadata": {
                "labels": { "app": "{{Name}}", "track": "{{side}}", "app.kubernetes.io/part-of": "shop" },
                "annotations": { "sidecar.istio.io/proxyCPU": "100m" }
              },
              "spec": {
                "serviceAccountName": "{{Name}}",
                "containers": [{
                  "name": "app", "image": "registry.example.com/shop/{{Name}}:{{version}}",
                  "ports": [{ "name": "http", "containerPort": 8080 }],
                  "env": [
                    { "name": "LOG_LEVEL", "value": "info" },
                    { "name": "DATABASE", "value": "postgres://database.shop/{{Name}}" },
                    { "name": "POD_NAME", "valueFrom": { "fieldRef": { "fieldPath": "metadata.name" } } }
                  ],
                  "readinessProbe": { "httpGet": { "path": "/ready", "port": "http" }, "periodSeconds": 5 },
                  "livenessProbe": { "httpGet": { "path": "/live", "port": "http" }, "periodSeconds": 10 },
                  "resources": { "requests": { "cpu": "100m", "memory": "128Mi" }, "limits": { "memory": "256Mi" } }
                }],
                "affinity": { "podAntiAffinity": { "preferredDuringSchedulingIgnoredDuringExecution": [{
                  "weight": 100,
                  "podAffinityTerm": {
                    "topologyKey": "kubernetes.io/hostname",
                    "labelSelector": { "matchLabels": { "app": "{{Name}}", "track": "{{side}}" } }
                  }
                }] } }
              }
            }
          }
        }
        """);

    /// <summary>The status that says that all pods run the newest template.</summary>
    public static JsonObject DeploymentStatus(long generation) => Parse($$"""
        {
          "observedGeneration": {{generation}},
          "replicas": {{PodsOfASide}}, "updatedReplicas": {{PodsOfASide}},
          "readyReplicas": {{PodsOfASide}}, "availableReplicas": {{PodsOfASide}},
          "conditions": [
            { "type": "Available", "status": "True", "reason": "MinimumReplicasAvailable",
              "message": "Deployment has minimum availability.",
              "lastTransitionTime": "2026-01-01T00:00:00Z", "lastUpdateTime": "2026-01-01T00:00:00Z" },
            { "type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable",
              "message": "ReplicaSet has successfully progressed.",
              "lastTransitionTime": "2026-01-01T00:00:00Z", "lastUpdateTime": "2026-01-01T00:00:00Z" }
          ]
        }
        """);

    public JsonObject ReplicaSet(string side, string deploymentUid) => Parse($$"""
        {
          "apiVersion": "apps/v1", "kind": "ReplicaSet",
          "metadata": {
            "name": "{{Name}}-{{side}}-1", "namespace": "{{Namespace}}", "labels": { "app": "{{Name}}", "track": "{{side}}" },
            "ownerReferences": [{ "apiVersion": "apps/v1", "kind": "Deployment", "name": "{{Name}}-{{side}}",
              "uid": "{{deploymentUid}}", "controller": true }]
          },
          "spec": {
            "replicas": {{PodsOfASide}},
            "selector": { "matchLabels": { "app": "{{Name}}", "track": "{{side}}" } },
            "template": {
              "metadata": { "labels": { "app": "{{Name}}", "track": "{{side}}" } },
              "spec": { "containers": [{ "name": "app", "image": "registry.example.com/shop/{{Name}}:1" }] }
            }
          }
        }
        """);

    public JsonObject[] Pods(string side, string replicaSetUid) => [.. Enumerable.Range(0, PodsOfASide).Select(number => Parse($$"""
        {
          "apiVersion": "v1", "kind": "Pod",
          "metadata": {
            "name": "{{Pod(side, number)}}", "namespace": "{{Namespace}}", "labels": { "app": "{{Name}}", "track": "{{side}}" },
            "ownerReferences": [{ "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "{{Name}}-{{side}}-1",
              "uid": "{{replicaSetUid}}", "controller": true }]
          },
          "spec": { "containers": [{ "name": "app", "image": "registry.example.com/shop/{{Name}}:1" }] }
        }
        """))];

    public JsonObject EndpointSlice(string side)
    {
        var endpoints = string.Join(", ", Enumerable.Range(0, PodsOfASide).Select(number => $$"""
            { "addresses": ["10.{{Number / 250 % 250}}.{{Number % 250}}.{{(side == "stable" ? 1 : 101) + number}}"],
              "conditions": { "ready": true, "serving": true, "terminating": false },
              "targetRef": { "kind": "Pod", "name": "{{Pod(side, number)}}", "namespace": "{{Namespace}}" } }
            """));
        return Parse($$"""
            {
              "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
              "metadata": {
                "name": "{{Name}}-{{side}}-1", "namespace": "{{Namespace}}",
                "labels": { "kubernetes.io/service-name": "{{Name}}-{{side}}" }
              },
              "addressType": "IPv4", "endpoints": [{{endpoints}}], "ports": [{ "name": "http", "port": 8080, "protocol": "TCP" }]
            }
            """);
    }

    public JsonObject VirtualService() => Parse($$"""
        {
          "apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
          "metadata": { "name": "{{Name}}", "namespace": "{{Namespace}}" },
          "spec": {
            "hosts": ["{{Name}}"],
            "http": [{
              "name": "primary", "timeout": "5s",
              "retries": { "attempts": 2, "perTryTimeout": "2s", "retryOn": "connect-failure,refused-stream" },
              "route": [
                { "destination": { "host": "{{Name}}-stable", "port": { "number": 80 } }, "weight": 100 },
                { "destination": { "host": "{{Name}}-canary", "port": { "number": 80 } }, "weight": 0 }
              ]
            }]
          }
        }
        """);

    public JsonObject DestinationRule() => Parse($$"""
        {
          "apiVersion": "networking.istio.io/v1", "kind": "DestinationRule",
          "metadata": { "name": "{{Name}}", "namespace": "{{Namespace}}" },
          "spec": {
            "host": "{{Name}}",
            "trafficPolicy": { "connectionPool": { "http": { "http1MaxPendingRequests": 100 } } },
            "subsets": [{ "name": "stable", "labels": { "track": "stable" } }, { "name": "canary", "labels": { "track": "canary" } }]
          }
        }
        """);

    /// <summary>Two metrics with queries of their own: nothing is shared between rollouts.</summary>
    public JsonObject AnalysisTemplate() => Parse($$$"""
        {
          "apiVersion": "canary.delivery/v1alpha1", "kind": "AnalysisTemplate",
          "metadata": { "name": "{{{Name}}}", "namespace": "{{{Namespace}}}" },
          "spec": {
            "args": [{ "name": "service" }],
            "metrics": [
              {
                "name": "error-rate", "interval": "{{{Seconds}}}s", "failureLimit": 3, "successCondition": "result[0] <= 0.05",
                "provider": { "prometheus": { "query":
                  "sum(rate(istio_requests_total{destination_service_name=\"{{args.service}}\",response_code=~\"5..\"}[1m])) / sum(rate(istio_requests_total{destination_service_name=\"{{args.service}}\"}[1m]))"
                } }
              },
              {
                "name": "latency", "interval": "{{{Seconds}}}s", "failureLimit": 3, "successCondition": "result[0] <= 500",
                "provider": { "prometheus": { "query":
                  "histogram_quantile(0.99, sum by (le) (rate(istio_request_duration_milliseconds_bucket{destination_service_name=\"{{args.service}}\"}[1m])))"
                } }
              }
            ]
          }
        }
        """);

    public JsonObject Rollout()
    {
        var steps = string.Join(", ", Enumerable.Range(1, Steps).Select(step =>
            $$"""{ "setWeight": {{Weight(step)}} }, { "pause": { "duration": "{{Seconds}}s" } }"""));
        return Parse($$"""
            {
              "apiVersion": "canary.delivery/v1alpha1", "kind": "Rollout",
              "metadata": { "name": "{{Name}}", "namespace": "{{Namespace}}" },
              "spec": {
                "traffic": {
                  "stable": { "service": "{{Name}}-stable", "workload": { "kind": "Deployment", "name": "{{Name}}-stable" } },
                  "canary": { "service": "{{Name}}-canary", "workload": { "kind": "Deployment", "name": "{{Name}}-canary" } },
                  "istio": { "virtualServices": [{ "name": "{{Name}}", "routes": ["primary"] }] }
                },
                "strategy": { "canary": {
                  "analysis": {
                    "templates": [{ "templateName": "{{Name}}" }], "args": [{ "name": "service", "value": "{{Name}}-canary" }]
                  },
                  "steps": [{{steps}}]
                } }
              }
            }
            """);
    }

    private string Weight(int step) => (100.0 * step / Steps).ToString("0.##", CultureInfo.InvariantCulture);

    private string Pod(string side, int number) => $"{Name}-{side}-1-{number}";

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
