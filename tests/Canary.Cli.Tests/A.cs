using System.Text.Json.Nodes;
using Canary.Cli.Reading;

namespace Canary.Cli.Tests;

/// <summary>Objects that tests begin with.</summary>
internal static class A
{
    /// <summary>A Rollout at rest: revision 2222 is stable, and everything is seen.</summary>
    public static JsonObject Rollout(string phase = "Healthy", string canary = "2222", string stable = "2222") => JsonNode.Parse($$$"""
        {"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"namespace":"shop","name":"checkout","uid":"u","resourceVersion":"1","generation":2},
         "spec":{"traffic":{"stable":{"service":"checkout-stable","workload":{"kind":"Deployment","name":"checkout-stable"} },
                            "canary":{"service":"checkout-canary","workload":{"kind":"Deployment","name":"checkout-canary"} } },
                 "strategy":{"canary":{"steps":[{"setWeight":5},{"pause":{"duration":"10m"}},{"setWeight":25},{"analysis":{"templates":[{"templateName":"smoke"}]}}]} } },
         "status":{"phase":"{{{phase}}}","message":"revision {{{stable}}} is stable","observedGeneration":2,"stableRevision":"{{{stable}}}","canaryRevision":"{{{canary}}}",
           "observedWorkloads":{"stable":{"name":"checkout-stable","uid":"uid-stable","generation":4},"canary":{"name":"checkout-canary","uid":"uid-canary","generation":7} },
           "weights":{"desired":0,"applied":0},
           "conditions":[{"type":"Ready","status":"{{{(phase == "Healthy" ? "True" : "False")}}}","reason":"{{{phase}}}","lastTransitionTime":"2026-01-02T03:00:00Z"}]} }
        """)!.AsObject();

    public static JsonObject Deployment(string side, long generation, string image = "registry.example.com/shop/checkout:1.0.0") =>
        JsonNode.Parse($$$"""
        {"metadata":{"namespace":"shop","name":"checkout-{{{side}}}","uid":"uid-{{{side}}}","generation":{{{generation}}} },
         "spec":{"replicas":2,"selector":{"matchLabels":{"app":"checkout"} },"template":{"metadata":{"labels":{"app":"checkout","version":"1.0.0"}},"spec":{"containers":[{"name":"checkout","image":"{{{image}}}"}]} } },
         "status":{"observedGeneration":{{{generation}}},"replicas":2,"readyReplicas":2,"updatedReplicas":2,"availableReplicas":2} }
        """)!.AsObject();

    public static RolloutDetails Details(JsonObject rollout, JsonObject? stable = null, JsonObject? canary = null,
        params JsonObject[] runs) =>
        new(rollout, runs, SideDetails.Find(rollout, "stable", stable, []), SideDetails.Find(rollout, "canary", canary, []));

    /// <summary>The same, with Deployments of which every generation was seen.</summary>
    public static RolloutDetails Seen(JsonObject rollout, params JsonObject[] runs) =>
        Details(rollout, Deployment("stable", 4), Deployment("canary", 7), runs);
}
