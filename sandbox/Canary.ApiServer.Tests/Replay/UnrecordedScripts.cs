using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace Canary.ApiServer.Tests.Replay;

/// <summary>Writes between the recorded lines that no answer shows in full, by the line that comes after them.</summary>
internal static class UnrecordedScripts
{
    /// <summary>Lines that read what the cluster's own controllers had written: it is written here as it was read there.</summary>
    public static readonly IReadOnlySet<string> WrittenByControllers = new HashSet<string>
    {
        "02-crud:73",
        "02-crud:74",
        "02-crud:75",
        "03-optimistic-concurrency:43",
        "03-optimistic-concurrency:46",
        "03-optimistic-concurrency:47",
        "03-optimistic-concurrency:48",
        "03-optimistic-concurrency:51",
        "05-server-side-apply:59",
        "05-server-side-apply:61",
        "05-server-side-apply:62",
        "05-server-side-apply:63",
        "10-core-resources:61",
        "10-core-resources:65",
        "10-core-resources:87",
        "04-patch:83",
        "04-patch:84",
        "04-patch:85",
        "04-patch:86",
        "04-patch:88",
        "04-patch:89",
        "04-patch:90",
    };

    /// <summary>Watches whose events were caused by a request that is a line of its own.</summary>
    public static readonly IReadOnlySet<string> HappenedBefore = new HashSet<string> { "01-discovery:58" };

    /// <summary>Documents of everything that is served: compared as far as both servers serve it.</summary>
    public static readonly IReadOnlySet<string> ComparedInCommon = new HashSet<string>
    {
        "01-discovery:1",
        "01-discovery:3",
        "01-discovery:4",
        "01-discovery:5",
        "01-discovery:6",
        "01-discovery:10",
        "01-discovery:11",
        "01-discovery:12",
        "01-discovery:46",
        "01-discovery:62",
        "01-discovery:65",
        "11-auth:31",
    };

    private static readonly Dictionary<string, Write[]> Scripts = new()
    {
        ["02-crud:112"] =
        [
            new("POST", "/api/v1/namespaces/rec-crud/configmaps", JsonNode.Parse("""{"metadata":{"name":"pre"},"data":{"a":"1"}}""")),
            new("LEARN", "/api/v1/namespaces/rec-crud/configmaps/pre", JsonNode.Parse("""{"metadata":{"uid":"<uid-26>","resourceVersion":"<rv-25>"}}""")),
        ],
        ["02-crud:115"] =
        [
            new("POST", "/apis/canary.delivery/v1alpha1/namespaces/rec-crud/rollouts", JsonNode.Parse("""{"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"pre"},"spec":{"workload":{"name":"checkout"}}}""")),
            new("LEARN", "/apis/canary.delivery/v1alpha1/namespaces/rec-crud/rollouts/pre", JsonNode.Parse("""{"metadata":{"uid":"<uid-27>","resourceVersion":"<rv-26>"}}""")),
        ],
        ["02-crud:119"] =
        [
            new("POST", "/apis/canary.delivery/v1alpha1/namespaces/rec-crud/rollouts", JsonNode.Parse("""{"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"pre"},"spec":{"workload":{"name":"checkout"}}}""")),
        ],
        ["02-crud:125"] =
        [
            new("POST", "/api/v1/namespaces/rec-crud/configmaps", JsonNode.Parse("""{"metadata":{"name":"del-built-in"},"data":{"a":"1"}}""")),
        ],
        ["03-optimistic-concurrency:64"] =
        [
            new("PATCH", "/apis/canary.delivery/v1alpha1/namespaces/rec-conflict/rollouts/a", JsonNode.Parse("""{"metadata":{"labels":{"z":"1"}}}""")),
        ],
        ["03-optimistic-concurrency:68"] =
        [
            new("DELETE", "/apis/canary.delivery/v1alpha1/namespaces/rec-conflict/rollouts/a", null),
        ],
        ["03-optimistic-concurrency:69"] =
        [
            new("POST", "/apis/canary.delivery/v1alpha1/namespaces/rec-conflict/rollouts", JsonNode.Parse("""{"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"a"},"spec":{"workload":{"name":"checkout"}}}""")),
            new("LEARN", "/apis/canary.delivery/v1alpha1/namespaces/rec-conflict/rollouts/a", JsonNode.Parse("""{"metadata":{"uid":"<uid-5>"}}""")),
        ],
        ["04-patch:46"] =
        [
            new("PATCH", "/apis/canary.delivery/v1alpha1/namespaces/rec-patch/rollouts/a", JsonNode.Parse("""{"spec":{"args":{"a/b":"slash","k":"v","t~d":"tilde","copied":null,"moved":null},"description":"text","hosts":["a","b"],"minWeight":null,"steps":[{"setWeight":5},{"pause":{"duration":"1m"}},{"setWeight":50}]}}""")),
        ],
        ["04-patch:78"] =
        [
            new("POST", "/apis/apps/v1/namespaces/rec-patch/deployments", JsonNode.Parse("""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","labels":{"app":"web"}},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"nginx:1.27","ports":[{"containerPort":80}]},{"name":"side","image":"busybox:1","env":[{"name":"A","value":"1"},{"name":"B","value":"2"}]}]}}}}""")),
        ],
        ["04-patch:93"] =
        [
            new("POST", "/api/v1/namespaces/rec-patch/services", JsonNode.Parse("""{"metadata":{"name":"s"},"spec":{"selector":{"app":"a","version":"1"},"ports":[{"name":"http","port":80},{"name":"https","port":443}]}}""")),
        ],
        ["06-list:2"] =
        [
            new("ITEMS", "/apis/canary.delivery/v1alpha1/namespaces/rec-list/rollouts", 29),
            new("ITEMS", "/api/v1/namespaces/rec-list/configmaps", 34),
        ],
        ["06-list:11"] =
        [
            new("TOKEN", "<continue-5>", "rec-list/r2"),
            new("POST", "/apis/canary.delivery/v1alpha1/namespaces/rec-list/rollouts", JsonNode.Parse("""{"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"r00"},"spec":{"workload":{"name":"checkout"}}}""")),
            new("DELETE", "/apis/canary.delivery/v1alpha1/namespaces/rec-list/rollouts/r5", null),
        ],
        ["06-list:12"] =
        [
            new("DELETE", "/apis/canary.delivery/v1alpha1/namespaces/rec-list/rollouts/r00", null),
            new("POST", "/apis/canary.delivery/v1alpha1/namespaces/rec-list/rollouts", JsonNode.Parse("""{"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"r5","labels":{"n":"5","parity":"odd"}},"spec":{"workload":{"name":"checkout"}}}""")),
        ],
        ["06-list:54"] =
        [
            new("POST", "/apis/canary.delivery/v1alpha1/namespaces/rec-list-b/rollouts", JsonNode.Parse("""{"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"other"},"spec":{"workload":{"name":"checkout"}}}""")),
        ],
        ["06-list:56"] =
        [
            new("POST", "/apis/canary.delivery/v1alpha1/clusteranalysistemplates", JsonNode.Parse("""{"apiVersion":"canary.delivery/v1alpha1","kind":"ClusterAnalysisTemplate","metadata":{"name":"rec-t"},"spec":{"provider":"prometheus"}}""")),
            new("PATCH", "/apis/canary.delivery/v1alpha1/clusteranalysistemplates/rec-t", JsonNode.Parse("""{"spec":{"query":"y"}}""")),
            new("POST", "/apis/canary.delivery/v1alpha1/clusteranalysistemplates", JsonNode.Parse("""{"apiVersion":"canary.delivery/v1alpha1","kind":"ClusterAnalysisTemplate","metadata":{"name":"rec-a"},"spec":{"provider":"prometheus"}}""")),
        ],
        ["06-list:64"] =
        [
            new("NOW", "<rv-40>", null),
            new("PATCH", "/apis/canary.delivery/v1alpha1/namespaces/rec-list/rollouts/r1", JsonNode.Parse("""{"metadata":{"annotations":{"x":"1"}}}""")),
            new("LEARN", "/apis/canary.delivery/v1alpha1/namespaces/rec-list/rollouts/r1", JsonNode.Parse("""{"metadata":{"resourceVersion":"<rv-41>"}}""")),
        ],
        ["06-list:93"] =
        [
            new("POST", "/apis/apps/v1/namespaces/rec-list/deployments", JsonNode.Parse("""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","labels":{"app":"web"}},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"nginx:1.27","ports":[{"containerPort":80}]}]}}}}""")),
            new("PUT", "/apis/apps/v1/namespaces/rec-list/deployments/web/status", JsonNode.Parse("""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","labels":{"app":"web"}},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"nginx:1.27","ports":[{"containerPort":80}]}]}}},"status":{"observedGeneration":1,"replicas":2,"updatedReplicas":2,"unavailableReplicas":2}}""")),
            new("PATCH", "/apis/apps/v1/namespaces/rec-list/deployments/web/status", JsonNode.Parse("""{"metadata":{"annotations":{"deployment.kubernetes.io/revision":"1"}}}""")),
        ],
        ["06-list:96"] =
        [
            new("POST", "/api/v1/namespaces/rec-list/services", JsonNode.Parse("""{"metadata":{"name":"s"},"spec":{"selector":{"app":"web"},"ports":[{"port":80}]}}""")),
        ],
        ["06-list:99"] =
        [
            new("POST", "/api/v1/namespaces/rec-list/secrets", JsonNode.Parse("""{"metadata":{"name":"s"},"stringData":{"a":"b"}}""")),
        ],
        ["06-list:101"] =
        [
            new("POST", "/apis/coordination.k8s.io/v1/namespaces/rec-list/leases", JsonNode.Parse("""{"metadata":{"name":"l"},"spec":{"holderIdentity":"me"}}""")),
        ],
        ["06-list:103"] =
        [
            new("POST", "/apis/autoscaling/v2/namespaces/rec-list/horizontalpodautoscalers", JsonNode.Parse("""{"metadata":{"name":"h"},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"},"maxReplicas":3}}""")),
        ],
        ["06-list:109"] =
        [
            new("TOKEN", "<continue-13>", "rec-list/r2"),
            new("PATCH", "/apis/canary.delivery/v1alpha1/namespaces/rec-list/rollouts/r0", JsonNode.Parse("""{"metadata":{"annotations":{"y":"1"}}}""")),
            new("COMPACT", "", null),
        ],
        ["07-watch:0"] =
        [
            new("POST", "/apis/canary.delivery/v1alpha1/namespaces/rec-watch/rollouts", JsonNode.Parse("""{"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"a","labels":{"app":"a"}},"spec":{"workload":{"name":"checkout"}}}""")),
            new("POST", "/apis/canary.delivery/v1alpha1/namespaces/rec-watch/rollouts", JsonNode.Parse("""{"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"b","labels":{"app":"b"}},"spec":{"workload":{"name":"checkout"}}}""")),
            new("LEARN", "/apis/canary.delivery/v1alpha1/namespaces/rec-watch/rollouts/b", JsonNode.Parse("""{"metadata":{"resourceVersion":"<rv-5>"}}""")),
        ],
        ["07-watch:3"] =
        [
            new("NOW", "<rv-10>", null),
        ],
        ["07-watch:4"] =
        [
            new("NOW", "<rv-11>", null),
        ],
        ["07-watch:5"] =
        [
            new("NOW", "<rv-12>", null),
        ],
        ["07-watch:6"] =
        [
            new("NOW", "<rv-13>", null),
        ],
        ["07-watch:7"] =
        [
            new("NOW", "<rv-15>", null),
        ],
        ["07-watch:14"] =
        [
            new("NOW", "<rv-17>", null),
        ],
        ["07-watch:22"] =
        [
            new("NOW", "<rv-18>", null),
        ],
        ["07-watch:23"] =
        [
            new("PATCH", "/apis/canary.delivery/v1alpha1/namespaces/rec-watch/rollouts/b", JsonNode.Parse("""{"metadata":{"labels":{"app":"b"}},"spec":{"replicas":7}}""")),
            new("PATCH", "/apis/canary.delivery/v1alpha1/namespaces/rec-watch/rollouts/b", JsonNode.Parse("""{"spec":{"replicas":8}}""")),
            new("NOW", "<rv-22>", null),
        ],
        ["07-watch:27"] =
        [
            new("NOW", "<rv-29>", null),
        ],
        ["07-watch:28"] =
        [
            new("NOW", "<rv-30>", null),
        ],
        ["07-watch:30"] =
        [
            new("NOW", "<rv-34>", null),
        ],
        ["07-watch:43"] =
        [
            new("PATCH", "/apis/canary.delivery/v1alpha1/namespaces/rec-watch/rollouts/b", JsonNode.Parse("""{"metadata":{"annotations":{"i":"129"}}}""")),
            new("NOW", "<rv-38>", null),
        ],
        ["07-watch:44"] =
        [
            new("NOW", "<rv-42>", null),
        ],
        ["07-watch:25"] =
        [
            new("PATCH", "/apis/canary.delivery/v1alpha1/namespaces/rec-watch/rollouts/a", JsonNode.Parse("""{"spec":{"replicas":9}}""")),
        ],
        ["08-validation:81"] =
        [
            new("POST", "/apis/canary.delivery/v1alpha1/namespaces/rec-validate/rollouts", JsonNode.Parse("""{"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"ratchet"},"spec":{"workload":{"name":"checkout"},"replicas":50,"tag":"x"}}""")),
            new("TIGHTEN", "", null),
        ],
        ["08-validation:86"] =
        [
            new("LOOSEN", "", null),
        ],
        ["09-finalizers-and-gc:17"] =
        [
            new("POST", "/apis/canary.delivery/v1alpha1/namespaces/rec-gc/rollouts", JsonNode.Parse("""{"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"g","finalizers":["canary.delivery/cleanup"]},"spec":{"workload":{"name":"checkout"}}}""")),
            new("DELETE", "/apis/canary.delivery/v1alpha1/namespaces/rec-gc/rollouts/g", null),
            new("LEARN", "/apis/canary.delivery/v1alpha1/namespaces/rec-gc/rollouts/g", JsonNode.Parse("""{"metadata":{"uid":"<uid-2>","resourceVersion":"<rv-9>"}}""")),
        ],
        ["09-finalizers-and-gc:19"] =
        [
            new("POST", "/apis/canary.delivery/v1alpha1/namespaces/rec-gc/rollouts", JsonNode.Parse("""{"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"h","finalizers":["canary.delivery/cleanup"]},"spec":{"workload":{"name":"checkout"}}}""")),
            new("DELETE", "/apis/canary.delivery/v1alpha1/namespaces/rec-gc/rollouts/h", null),
            new("LEARN", "/apis/canary.delivery/v1alpha1/namespaces/rec-gc/rollouts/h", JsonNode.Parse("""{"metadata":{"uid":"<uid-3>","resourceVersion":"<rv-10>"}}""")),
        ],
        ["09-finalizers-and-gc:24"] =
        [
            new("PATCH", "/apis/canary.delivery/v1alpha1/namespaces/rec-gc/rollouts/i", JsonNode.Parse("""{"metadata":{"finalizers":null}}""")),
        ],
        ["09-finalizers-and-gc:28"] =
        [
            new("POST", "/apis/canary.delivery/v1alpha1/namespaces/rec-gc/rollouts", JsonNode.Parse("""{"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"own"},"spec":{"workload":{"name":"checkout"}}}""")),
            new("LEARN", "/apis/canary.delivery/v1alpha1/namespaces/rec-gc/rollouts/own", JsonNode.Parse("""{"metadata":{"uid":"<uid-7>"}}""")),
        ],
        ["09-finalizers-and-gc:34"] =
        [
            new("POST", "/apis/canary.delivery/v1alpha1/namespaces/rec-gc/rollouts", JsonNode.Parse("""{"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"fg"},"spec":{"workload":{"name":"checkout"}}}""")),
            new("LEARN", "/apis/canary.delivery/v1alpha1/namespaces/rec-gc/rollouts/fg", JsonNode.Parse("""{"metadata":{"uid":"<uid-11>"}}""")),
            new("POST", "/api/v1/namespaces/rec-gc/configmaps", JsonNode.Parse("""{"metadata":{"name":"fg-child","ownerReferences":[{"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","name":"fg","uid":"<uid-11>","controller":true,"blockOwnerDeletion":true}]},"data":{"a":"1"}}""")),
        ],
        ["09-finalizers-and-gc:36"] =
        [
            new("POST", "/apis/canary.delivery/v1alpha1/namespaces/rec-gc/rollouts", JsonNode.Parse("""{"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"orp"},"spec":{"workload":{"name":"checkout"}}}""")),
            new("LEARN", "/apis/canary.delivery/v1alpha1/namespaces/rec-gc/rollouts/orp", JsonNode.Parse("""{"metadata":{"uid":"<uid-12>"}}""")),
            new("POST", "/api/v1/namespaces/rec-gc/configmaps", JsonNode.Parse("""{"metadata":{"name":"orp-child","ownerReferences":[{"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","name":"orp","uid":"<uid-12>","controller":true,"blockOwnerDeletion":true}]},"data":{"a":"1"}}""")),
        ],
        ["09-finalizers-and-gc:39"] =
        [
            new("POST", "/apis/canary.delivery/v1alpha1/namespaces/rec-gc/rollouts", JsonNode.Parse("""{"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"fgf"},"spec":{"workload":{"name":"checkout"}}}""")),
            new("LEARN", "/apis/canary.delivery/v1alpha1/namespaces/rec-gc/rollouts/fgf", JsonNode.Parse("""{"metadata":{"uid":"<uid-14>"}}""")),
            new("POST", "/api/v1/namespaces/rec-gc/configmaps", JsonNode.Parse("""{"metadata":{"name":"fgf-child","ownerReferences":[{"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","name":"fgf","uid":"<uid-14>","controller":true,"blockOwnerDeletion":true}],"finalizers":["canary.delivery/cleanup"]},"data":{"a":"1"}}""")),
        ],
        ["10-core-resources:12"] =
        [
            new("POST", "/apis/canary.delivery/v1alpha1/namespaces/rec-core/rollouts", JsonNode.Parse("""{"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"a"},"spec":{"workload":{"name":"checkout"}}}""")),
            new("PATCH", "/apis/canary.delivery/v1alpha1/namespaces/rec-core/rollouts/a/status", JsonNode.Parse("""{"status":{"replicas":1,"selector":"app=a"}}""")),
            new("LEARN", "/apis/canary.delivery/v1alpha1/namespaces/rec-core/rollouts/a", JsonNode.Parse("""{"metadata":{"uid":"<uid-2>","resourceVersion":"<rv-5>"}}""")),
        ],
        ["10-core-resources:76"] =
        [
            new("LEARN", "/apis/canary.delivery/v1alpha1/namespaces/rec-core/rollouts/a", JsonNode.Parse("""{"metadata":{"resourceVersion":"<rv-43>"}}""")),
        ],
        ["10-core-resources:62"] =
        [
            new("POST", "/apis/apps/v1/namespaces/rec-core/replicasets", JsonNode.Parse("""{"metadata":{"name":"web-fcb5b7c68"},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"nginx:1.27"}]}}}}""")),
            new("LEARN", "/apis/apps/v1/namespaces/rec-core/replicasets/web-fcb5b7c68", JsonNode.Parse("""{"metadata":{"uid":"<uid-18>"}}""")),
            new("ANSWER", "/api/v1/namespaces/rec-core/pods", 63),
            new("ANSWER", "/api/v1/namespaces/rec-core/pods", 64),
        ],
        ["11-auth:12"] =
        [
            new("POST", "/api/v1/namespaces/rec-auth/serviceaccounts", JsonNode.Parse("""{"metadata":{"name":"limited"}}""")),
            new("LEARN", "/api/v1/namespaces/rec-auth/serviceaccounts/limited", JsonNode.Parse("""{"metadata":{"uid":"<uid-4>"}}""")),
        ],
        ["11-auth:36"] =
        [
            new("DELETE", "/api/v1/namespaces/rec-auth/serviceaccounts/limited", null),
        ],
    };

    public static IReadOnlyList<Write> Of(string line) => Scripts.GetValueOrDefault(line) ?? [];

    public static JsonObject Deployment(string name)
    {
        JsonObject Labels() => new() { ["app"] = name };
        var ports = new JsonArray(new JsonObject { ["containerPort"] = 80 });
        var container = new JsonObject { ["name"] = "web", ["image"] = "nginx:1.27", ["ports"] = ports };
        var pods = new JsonObject { ["containers"] = new JsonArray(container) };
        return new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = Labels() },
            ["spec"] = new JsonObject
            {
                ["replicas"] = 1,
                ["selector"] = new JsonObject { ["matchLabels"] = Labels() },
                ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = Labels() }, ["spec"] = pods },
            },
        };
    }

    internal sealed record Write(string Method, string Path, JsonNode? Body);
}
