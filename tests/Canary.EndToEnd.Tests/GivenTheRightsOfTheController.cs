using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.GatewayApi;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

/// <summary>
/// The controller with no more rights than <c>deploy/</c> grants it, through everything that it does. What it sends and is not granted is
/// refused and fails the test; so does what it is granted and never sends. Whoever adds a request adds its right, and a step here that
/// sends it.
/// </summary>
public sealed class GivenTheRightsOfTheController : Scenario
{
    private const string Steps =
        """[{"setWeight":5},{"analysis":{"templates":[{"templateName":"quick"}]}},{"analysis":{"templates":[{"templateName":"secret"}]}},{"analysis":{"templates":[{"templateName":"quick"}]}},{"analysis":{"templates":[{"templateName":"quick"}]}},{"analysis":{"templates":[{"templateName":"quick"}]}},{"analysis":{"templates":[{"templateName":"quick"}]}}]""";

    private static readonly WriteOptions Writing = new("end-to-end-tests");

    [Test, CancelAfter(420_000)]
    public async Task WhenItDoesAllOfItsWork_ThenItSendsWhatItIsGrantedAndIsGrantedWhatItSends()
    {
        var granted = new GrantedAccess("deploy/base/rbac.yaml", "deploy/samples/secrets-access.yaml",
            "deploy/samples/secrets-tracking.yaml");
        var sent = new ConcurrentDictionary<(string Verb, string Group, string Resource), string>();
        var refused = new ConcurrentDictionary<string, bool>();
        await using var gate = await World.GateAsync(Cancel);
        gate.Allows = asked =>
        {
            sent.TryAdd(asked.Kind, asked.ToString());
            var isAllowed = granted.Allows(asked);
            if (!isAllowed) refused[asked.ToString()] = true;
            return isAllowed;
        };
        await PrepareAsync();
        await RoutersToRelease.InstallAsync(World, Cancel);
        var controller =
            World.StartController(api: gate.Address, more: ["--lease-namespace", "canary-system", "--lease-name", "canary-controller"]);
        await WorkAsync(() => string.Join('\n', refused.Keys.Order()), sent.ContainsKey);
        // The Lease is given up on the way out.
        controller.Send(Signal.Terminate);
        await controller.WaitAsync(TimeSpan.FromSeconds(60), Cancel);

        Assert.That(refused.Keys.Order(), Is.Empty, "sent, and not granted by deploy/base/rbac.yaml");
        Assert.That(granted.Kinds.Where(kind => !sent.ContainsKey(kind))
            .Select(kind => $"{kind.Verb} {kind.Resource}.{kind.Group}"), Is.Empty, "granted by deploy/base/rbac.yaml, and never sent");
        TestContext.Out.WriteLine(string.Join('\n', sent.Values.Order()));
    }

    private async Task PrepareAsync()
    {
        if (await World.Api.FindAsync(KnownKinds.Namespaces, new ObjectName(null, "canary-system"), Cancel) is null)
            await World.Api.CreateAsync(KnownKinds.Namespaces, null,
                Parse("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"canary-system"}}"""), Writing, Cancel);
        await CreateAsync(KnownKinds.Secrets,
            """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"prometheus-token"},"stringData":{"one":"1"}}""");
        await CreateAsync(KnownKinds.AnalysisTemplates, """
            {"apiVersion":"canary.delivery/v1alpha1","kind":"AnalysisTemplate","metadata":{"name":"quick"},
             "spec":{"metrics":[{"name":"one","interval":"1s","count":1,"successCondition":"result[0] > 0","provider":{"prometheus":{"query":"vector(1)"}}}]}}
            """);
        await CreateAsync(KnownKinds.AnalysisTemplates, """
            {"apiVersion":"canary.delivery/v1alpha1","kind":"AnalysisTemplate","metadata":{"name":"secret"},
             "spec":{"args":[{"name":"one","valueFrom":{"secretKeyRef":{"name":"prometheus-token","key":"one"}}}],
                     "metrics":[{"name":"one","interval":"1s","count":1,"successCondition":"result[0] > 0","provider":{"prometheus":{"query":"vector({{args.one}})"}}}]}}
            """);
    }

    private async Task WorkAsync(Func<string> refused, Func<(string Verb, string Group, string Resource), bool> hasSent)
    {
        await World.SetStepsAsync(Steps, null, Cancel);
        await UntilAsync("healthy", status => (string?)status["phase"] == "Healthy", refused);

        // An analysis by hand; two releases, of which the second removes runs of the first; the promotion of each.
        await CreateAsync(KnownKinds.AnalysisRuns, """
            {"apiVersion":"canary.delivery/v1alpha1","kind":"AnalysisRun","metadata":{"name":"by-hand"},"spec":{"templates":[{"templateName":"quick"}]}}
            """);
        await PromoteAsync("2.0.0", refused);
        await PromoteAsync("3.0.0", refused);

        // A release whose pods do not come, rolled back by a person.
        await World.DeployAsync("4.0.0", 0, "not a length", Cancel);
        await UntilAsync("begun", status => (string?)status["phase"] is "Progressing" or "Paused" or "Degraded", refused);
        await World.AskAsync("a1", "abort", Cancel);
        var rolledBack = await UntilAsync("rolled back", status => (string?)status["phase"] == "RolledBack", refused);

        // A second try, where the name of its first run is taken by somebody else's.
        await World.DeployAsync("5.0.0", 0, "5ms", Cancel);
        await UntilAsync("at an analysis", status => (string?)status["canaryRevision"] != (string?)rolledBack["status"]!["canaryRevision"]
            && (int?)status["currentStepIndex"] >= 2, refused);
        await World.AskAsync("a2", "abort", Cancel);
        var again = await UntilAsync("rolled back again", status => (string?)status["phase"] == "RolledBack"
            && (string?)status["lastRequest"]?["id"] == "a2", refused);
        var first = (await World.Api.ListAllAsync(KnownKinds.AnalysisRuns, World.Namespace, ListOptions.All, Cancel)).Items
            .Select(run => (string)run["metadata"]!["name"]!)
            .First(name => name.StartsWith($"checkout-{again["status"]!["canaryRevision"]}-1-", StringComparison.Ordinal));
        await CreateAsync(KnownKinds.AnalysisRuns, $$$"""
            {"apiVersion":"canary.delivery/v1alpha1","kind":"AnalysisRun","metadata":{"name":"{{{first.Replace("-1-", "-2-", StringComparison.Ordinal)}}}"},"spec":{"templates":[{"templateName":"quick"}]} }
            """);
        await World.AskAsync("a3", "retry", Cancel);
        // It looks whose run has the name.
        await UntilAsync("refused by the name", _ => hasSent(("get", "canary.delivery", "analysisruns")), refused);
        await World.AskAsync("a4", "abort", Cancel);
        await UntilAsync("rolled back for the last time", status => (string?)status["phase"] == "RolledBack"
            && (string?)status["lastRequest"]?["id"] == "a4", refused);

        // A route and a workload that are known by name alone until a Rollout names them; and the end of the Rollout.
        await CreateCopyAsync(IstioKinds.VirtualServices, "checkout", "later");
        await CreateCopyAsync(KnownKinds.Deployments, "checkout-stable", "later");
        await World.ChangeRolloutAsync(
            Parse("""{"spec":{"traffic":{"istio":{"virtualServices":[{"name":"later","routes":["primary"]}]}}}}"""), Cancel);
        await UntilAsync("the route is read", _ => hasSent(("get", "networking.istio.io", "virtualservices")), refused);
        await NameRoutesAsync(refused, hasSent);
        for (var tries = 0; (long?)(await World.Api.GetAsync(KnownKinds.Deployments, new ObjectName(World.Namespace, "later"),
            Cancel))["status"]?["observedGeneration"] is null; tries++)
        {
            // A change that comes after the naming would bring it whole.
            Assert.That(tries, Is.LessThan(300), "the Deployment is not taken up by its controller");
            await Task.Delay(100, Cancel);
        }

        await World.ChangeRolloutAsync(Parse("""{"spec":{"traffic":{"canary":{"workload":{"name":"later"}}}}}"""), Cancel);
        await UntilAsync("the workload is read", _ => hasSent(("get", "apps", "deployments")), refused);
        await DeleteRolloutAsync(refused);
        await ReleaseOneWorkloadAsync(refused, hasSent);
    }

    // Routes of the Gateway API, with weights that are not those of a service that releases nothing.
    private async Task NameRoutesAsync(Func<string> refused, Func<(string Verb, string Group, string Resource), bool> hasSent)
    {
        var routes = new JsonArray();
        foreach (var kind in GatewayKinds.All)
        {
            await CreateAsync(kind, $$$"""
                {"apiVersion":"{{{kind.ApiVersion}}}","kind":"{{{kind.Kind}}}","metadata":{"name":"later"},"spec":{"rules":[{"backendRefs":[
                  {"name":"checkout-stable","port":80,"weight":1},{"name":"checkout-canary","port":80,"weight":1}]}]} }
                """);
            routes.Add(new JsonObject { ["kind"] = kind.Kind, ["name"] = "later" });
        }

        // The mesh writes the status of an HTTPRoute; a change that comes after the naming would bring it whole.
        for (var tries = 0; (await World.Api.GetAsync(GatewayKinds.HttpRoutes, new ObjectName(World.Namespace, "later"),
            Cancel))["status"] is null; tries++)
        {
            Assert.That(tries, Is.LessThan(300), "the mesh does not report the HTTPRoute");
            await Task.Delay(100, Cancel);
        }

        await World.ChangeRolloutAsync(new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["traffic"] = new JsonObject { ["istio"] = null, ["gatewayApi"] = new JsonObject { ["routes"] = routes } },
            },
        }, Cancel);
        foreach (var kind in GatewayKinds.All)
        {
            await UntilAsync($"{kind} are read", _ => hasSent(("get", kind.Group, kind.Plural)), refused);
            await UntilAsync($"{kind} are written", _ => hasSent(("patch", kind.Group, kind.Plural)), refused);
        }

        // The other routers one after the other, each with an object of every kind.
        var former = "gatewayApi";
        foreach (var (router, traffic, objects) in RoutersToRelease.All)
        {
            await World.ChangeRolloutAsync(new JsonObject
            {
                ["spec"] = new JsonObject { ["traffic"] = new JsonObject { [former] = null, [router] = traffic } },
            }, Cancel);
            foreach (var (kind, _) in objects)
            {
                await UntilAsync($"{kind} are read", _ => hasSent(("get", kind.Group, kind.Plural)), refused);
                await UntilAsync($"{kind} are written", _ => hasSent(("patch", kind.Group, kind.Plural)), refused);
            }

            former = router;
        }
    }

    // A Deployment with an autoscaler is taken over, released and given back.
    private async Task ReleaseOneWorkloadAsync(Func<string> refused,
        Func<(string Verb, string Group, string Resource), bool> hasSent)
    {
        await CreateAsync(KnownKinds.ConfigMaps,
            """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"GREETING":"hello"}}""");
        await CreateAsync(KnownKinds.Deployments, """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"one"},
             "spec":{"replicas":1,"selector":{"matchLabels":{"app":"one"}},
               "template":{"metadata":{"labels":{"app":"one"}},
                 "spec":{"containers":[{"name":"checkout","image":"registry.example/checkout:1.0.0","ports":[{"name":"http","containerPort":8080}],
                   "envFrom":[{"configMapRef":{"name":"one"}},{"secretRef":{"name":"prometheus-token"}}],
                   "env":[{"name":"VERSION","value":"1.0.0"},{"name":"ERROR_RATE","value":"0"},{"name":"LATENCY","value":"5ms"}]}]}}}}
            """);
        await CreateAsync(KnownKinds.Services,
            """{"apiVersion":"v1","kind":"Service","metadata":{"name":"one"},"spec":{"selector":{"app":"one"},"ports":[{"name":"http","port":80,"targetPort":"http"}]}}""");
        await CreateAsync(KnownKinds.HorizontalPodAutoscalers, """
            {"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"one"},
             "spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"one"},"minReplicas":1,"maxReplicas":2}}
            """);
        await CreateAsync(IstioKinds.VirtualServices, """
            {"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"one"},
             "spec":{"hosts":["one"],"http":[{"name":"primary","route":[
               {"destination":{"host":"one-stable"},"weight":100},{"destination":{"host":"one-canary"},"weight":0}]}]}}
            """);
        await CreateAsync(KnownKinds.Rollouts, """
            {"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"checkout"},
             "spec":{"workload":{"name":"one"},"traffic":{"istio":{"virtualServices":[{"name":"one","routes":["primary"]}]}},
                     "strategy":{"canary":{"scaleDownDelay":"1s","steps":[{"setWeight":50},{"pause":{"duration":"2s"}}]}}}}
            """);
        await UntilAsync("the copy serves", status => (string?)status["phase"] == "Healthy", refused);
        await UntilAsync("the copy's autoscaler may take pods away",
            _ => hasSent(("patch", "autoscaling", "horizontalpodautoscalers")), refused);
        await ScaleByKedaAsync(refused, hasSent);
        await World.DeployAsync("2.0.0", 0, "5ms", Cancel, "one");
        await UntilAsync("the one workload is released", status => (string?)status["phase"] == "Healthy"
            && (string?)status["history"]?[0]?["outcome"] == "Promoted", refused);
        await DeleteRolloutAsync(refused);
        await RollBackOneSetAsync(refused, hasSent);
    }

    // A ScaledObject in place of the autoscaler: that of the copy is made, and it is paused until the Rollout goes.
    private async Task ScaleByKedaAsync(Func<string> refused, Func<(string Verb, string Group, string Resource), bool> hasSent)
    {
        await World.Api.DeleteAsync(KnownKinds.HorizontalPodAutoscalers, new ObjectName(World.Namespace, "one"), DeleteOptions.Default,
            Cancel);
        await CreateAsync(KnownKinds.ScaledObjects, """
            {"apiVersion":"keda.sh/v1alpha1","kind":"ScaledObject","metadata":{"name":"one"},
             "spec":{"scaleTargetRef":{"name":"one"},"maxReplicaCount":2,
               "triggers":[{"type":"kubernetes-workload","metadata":{"podSelector":"app=none","value":"1"}}]}}
            """);
        await UntilAsync("the copy has a ScaledObject", _ => hasSent(("create", "keda.sh", "scaledobjects")), refused);
        await UntilAsync("that of the workload is paused", _ => hasSent(("patch", "keda.sh", "scaledobjects")), refused);
    }

    // A StatefulSet behind an Ingress is taken over, its release is rolled back, and it is given back.
    private async Task RollBackOneSetAsync(Func<string> refused, Func<(string Verb, string Group, string Resource), bool> hasSent)
    {
        await CreateAsync(KnownKinds.StatefulSets, """
            {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"set"},
             "spec":{"replicas":2,"serviceName":"set","selector":{"matchLabels":{"app":"set"}},
               "template":{"metadata":{"labels":{"app":"set"}},
                 "spec":{"containers":[{"name":"checkout","image":"registry.example/checkout:1.0.0","ports":[{"name":"http","containerPort":8080}]}]}}}}
            """);
        await AwaitSetAsync(KnownKinds.StatefulSets, "set", "readyReplicas", 2);

        await CreateAsync(KnownKinds.Ingresses, """
            {"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"set"},
             "spec":{"rules":[{"http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":{"name":"set-stable","port":{"number":8080}}}}]}}]}}
            """);
        await CreateAsync(KnownKinds.Rollouts, """
            {"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"checkout"},
             "spec":{"workload":{"kind":"StatefulSet","name":"set"},"traffic":{"nginx":{"ingresses":[{"name":"set"}]}},
                     "strategy":{"canary":{"steps":[{"setWeight":50},{"pause":{}}]}}}}
            """);
        await UntilAsync("the set is held", status => (string?)status["phase"] == "Healthy", refused);
        await World.Api.PatchAsync(KnownKinds.StatefulSets, new ObjectName(World.Namespace, "set"),
            new Patch.Merge(Parse("""{"spec":{"template":{"metadata":{"labels":{"version":"2"}}}}}""")), null, Writing, Cancel);
        await UntilAsync("the set is released", status => (int?)status["weights"]?["applied"] == 50, refused);
        await World.AskAsync("a5", "abort", Cancel);
        await UntilAsync("a pod goes back", _ => hasSent(("create", "", "pods/eviction")), refused);
        await DeleteRolloutAsync(refused);
        await TakeOneDaemonSetAsync(refused, hasSent);
    }

    // A DaemonSet, which is never written, is taken over; its sides are subsets, which select all pods again when it is given back.
    private async Task TakeOneDaemonSetAsync(Func<string> refused, Func<(string Verb, string Group, string Resource), bool> hasSent)
    {
        await CreateAsync(KnownKinds.DaemonSets, """
            {"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"agent"},
             "spec":{"updateStrategy":{"type":"OnDelete"},"selector":{"matchLabels":{"app":"agent"}},
               "template":{"metadata":{"labels":{"app":"agent"}},
                 "spec":{"containers":[{"name":"checkout","image":"registry.example/checkout:1.0.0","ports":[{"name":"http","containerPort":8080}]}]}}}}
            """);
        await AwaitSetAsync(KnownKinds.DaemonSets, "agent", "numberReady", 3);
        await CreateAsync(KnownKinds.Services,
            """{"apiVersion":"v1","kind":"Service","metadata":{"name":"agent"},"spec":{"selector":{"app":"agent"},"ports":[{"name":"http","port":80,"targetPort":"http"}]}}""");
        await CreateAsync(IstioKinds.VirtualServices, """
            {"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"agent"},
             "spec":{"hosts":["agent"],"http":[{"name":"primary","route":[
               {"destination":{"host":"agent","subset":"stable"},"weight":100},{"destination":{"host":"agent","subset":"canary"},"weight":0}]}]}}
            """);
        await CreateAsync(KnownKinds.Rollouts, """
            {"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"checkout"},
             "spec":{"workload":{"kind":"DaemonSet","name":"agent"},"traffic":{"stable":{"subset":"stable"},"canary":{"subset":"canary"},
                       "istio":{"virtualServices":[{"name":"agent","routes":["primary"]}]}},
                     "strategy":{"canary":{"steps":[{"setWeight":50},{"pause":{}}]}}}}
            """);
        await UntilAsync("the DaemonSet is taken over", status => (string?)status["phase"] == "Healthy", refused);
        await UntilAsync("its revisions are read", _ => hasSent(("list", "apps", "controllerrevisions")), refused);
        await DeleteRolloutAsync(refused);
    }

    private async Task AwaitSetAsync(ResourceKind kind, string name, string field, int ready)
    {
        var set = new ObjectName(World.Namespace, name);
        for (var tries = 0; (int?)(await World.Api.GetAsync(kind, set, Cancel))["status"]?[field] != ready; tries++)
        {
            Assert.That(tries, Is.LessThan(300), $"{kind.Kind} {name} is not rolled out");
            await Task.Delay(100, Cancel);
        }
    }

    private async Task DeleteRolloutAsync(Func<string> refused)
    {
        await World.Api.DeleteAsync(KnownKinds.Rollouts, World.Rollout, DeleteOptions.Default, Cancel);
        for (var tries = 0; await World.Api.FindAsync(KnownKinds.Rollouts, World.Rollout, Cancel) is not null; tries++)
        {
            Assert.That(tries, Is.LessThan(300), $"the Rollout is not deleted; refused:\n{refused()}\n{World.Logs()}");
            await Task.Delay(200, Cancel);
        }
    }

    private async Task PromoteAsync(string version, Func<string> refused)
    {
        await World.DeployAsync(version, 0, "5ms", Cancel);
        await UntilAsync($"{version} is promoted", status => (string?)status["phase"] == "Healthy"
            && (string?)status["history"]?[0]?["outcome"] == "Promoted", refused);
        for (var tries = 0; await World.TemplateVersionAsync("checkout-stable", Cancel) != version; tries++)
        {
            Assert.That(tries, Is.LessThan(600), $"{version} is not promoted; refused:\n{refused()}\n{World.Logs()}");
            await Task.Delay(200, Cancel);
        }
    }

    // What is refused is the first thing to know, wherever the work stops for it.
    private async Task<JsonObject> UntilAsync(string what, Func<JsonNode, bool> isSo, Func<string> refused)
    {
        try
        {
            return await World.UntilAsync(what, isSo, Cancel, 90);
        }
        catch (AssertionException) when (refused().Length > 0)
        {
            throw new AssertionException(
                $"sent, and not granted by deploy/base/rbac.yaml:\n{refused()}\nand so it did not come to this: {what}");
        }
    }

    private Task<JsonObject> CreateAsync(ResourceKind kind, string document) =>
        World.Api.CreateAsync(kind, World.Namespace, Parse(document), Writing, Cancel);

    private async Task CreateCopyAsync(ResourceKind kind, string from, string name)
    {
        var found = await World.Api.GetAsync(kind, new ObjectName(World.Namespace, from), Cancel);
        var spec = found["spec"]!.DeepClone();
        if (kind == KnownKinds.Deployments) spec["replicas"] = 0;
        await World.Api.CreateAsync(
            kind,
            World.Namespace,
            new JsonObject
            {
                ["apiVersion"] = found["apiVersion"]!.DeepClone(),
                ["kind"] = kind.Kind,
                ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = World.Namespace },
                ["spec"] = spec
            },
            Writing,
            Cancel);
    }

    private static JsonObject Parse(string document) => (JsonObject)JsonNode.Parse(document)!;
}
