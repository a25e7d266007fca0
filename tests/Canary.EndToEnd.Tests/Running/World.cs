using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests.Running;

/// <summary>
/// The shop and its checkout service, in the sandbox or, where CANARY_TEST_KUBECONFIG names one, in a real cluster: pods, mesh, load and
/// Prometheus, without a controller.
/// </summary>
internal sealed class World : IAsyncDisposable
{
    public const string Namespace = "shop";
    public static readonly ObjectName Rollout = new(Namespace, "checkout");
    private static readonly WriteOptions Writing = new("end-to-end-tests");

    private readonly RunningCommand _sandbox;
    private readonly string _folder;
    private readonly List<RunningCommand> _controllers = [];

    private World(RunningCommand sandbox, string folder, string kubeconfig, ApiClient api, Uri prometheus, Uri mesh)
    {
        Mesh = mesh;
        _sandbox = sandbox;
        _folder = folder;
        Kubeconfig = kubeconfig;
        Api = api;
        Prometheus = prometheus;
        Routes = new RouteRecorder(api);
    }

    public ApiClient Api { get; }

    public Uri Prometheus { get; }

    /// <summary>Where a client of the mesh sends its requests.</summary>
    public Uri Mesh { get; }

    public RouteRecorder Routes { get; }

    public string Kubeconfig { get; }

    /// <summary>Whether the tests run against a cluster that is not theirs alone.</summary>
    public static bool IsCluster => Environment.GetEnvironmentVariable("CANARY_TEST_KUBECONFIG") is { Length: > 0 };

    /// <param name="cancel">Ends the waiting.</param>
    /// <param name="more">Further options of the sandbox.</param>
    public static async Task<World> StartAsync(CancellationToken cancel, params string[] more)
    {
        var folder = Directory.CreateTempSubdirectory("canary-e2e-").FullName;
        var state = Path.Combine(folder, "sandbox.json");
        string[] rate = more.Contains("--rate") ? [] : ["--rate", "120"];
        List<string> arguments = ["run", "--no-controller", "--state", folder, "--deployments", "2", .. rate, .. more];
        if (Environment.GetEnvironmentVariable("CANARY_TEST_KUBECONFIG") is { Length: > 0 } cluster)
            arguments.AddRange(
                ["--kubeconfig", cluster, "--workloads", Environment.GetEnvironmentVariable("CANARY_TEST_WORKLOADS") ?? "none"]);
        var sandbox = RunningCommand.Start(Commands.Find("canary-sandbox"), arguments);
        for (var tries = 0; !File.Exists(state); tries++)
        {
            if (sandbox.HasEnded || tries > 600)
            {
                await sandbox.DisposeAsync();
                Assert.Fail($"the sandbox did not start:\n{sandbox.Output}");
            }

            await Task.Delay(100, cancel);
        }

        var places = JsonNode.Parse(await File.ReadAllTextAsync(state, cancel))!;
        var kubeconfig = (string)places["kubeconfig"]!;
        return new World(sandbox, folder, kubeconfig, new ApiClient(KubeConfig.Load(kubeconfig, null), TimeProvider.System),
            new Uri((string)places["prometheus"]!["address"]!), new Uri((string)places["mesh"]!));
    }

    /// <summary>The real controller, as a process of its own.</summary>
    /// <param name="api">Where it finds the API server; null: directly.</param>
    /// <param name="prometheus">Where it finds Prometheus; null: directly.</param>
    /// <param name="more">Further options.</param>
    public RunningCommand StartController(Uri? api = null, Uri? prometheus = null, string[]? more = null)
    {
        var controller = RunningCommand.Start(
            Commands.Find("canary-controller"),
            [
                "run", "--kubeconfig", api is null ? Kubeconfig
                : KubeconfigFor(api), "--prometheus", (prometheus ?? Prometheus).ToString().TrimEnd('/'),
                "--metrics-address", "127.0.0.1:0", "--template-addresses", "*,127.0.0.1", "--lease-namespace", "default", "--lease-name",
                "canary-e2e", "--log-level", "debug", .. more ?? [],
            ]);
        _controllers.Add(controller);
        return controller;
    }

    /// <summary>A gate before the API server for one controller.</summary>
    public Task<ApiGate> GateAsync(CancellationToken cancel) => ApiGate.StartAsync(Api.Config, cancel);

    /// <summary>Ships a version: changes the pod template of the canary side's workload, as a pipeline does.</summary>
    public async Task DeployAsync(string version, double errorRate, string latency, CancellationToken cancel,
        string workload = "checkout-canary")
    {
        var name = new ObjectName(Namespace, workload);
        var deployment = await Api.GetAsync(KnownKinds.Deployments, name, cancel);
        var container = deployment["spec"]!["template"]!["spec"]!["containers"]![0]!;
        container["env"] = new JsonArray(
            Variable("VERSION", version),
            Variable("ERROR_RATE", errorRate.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            Variable("LATENCY", latency));
        await Api.ReplaceAsync(KnownKinds.Deployments, deployment, null, Writing, cancel);

        static JsonObject Variable(string name, string value) => new() { ["name"] = name, ["value"] = value };
    }

    /// <summary>Merges into the Rollout.</summary>
    public Task<JsonObject> ChangeRolloutAsync(JsonObject change, CancellationToken cancel) =>
        Api.PatchAsync(KnownKinds.Rollouts, Rollout, new Patch.Merge(change), null, Writing, cancel);

    /// <summary>Gives the Rollout these steps and, where given, this background analysis.</summary>
    public Task<JsonObject> SetStepsAsync(string steps, string? analysis, CancellationToken cancel) => ChangeRolloutAsync(
        new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["strategy"] = new JsonObject
                {
                    ["canary"] = new JsonObject
                    {
                        ["steps"] = JsonNode.Parse(steps),
                        ["analysis"] = analysis is null ? null
                        : JsonNode.Parse(analysis)
                    },
                },
            },
        },
        cancel);

    public Task<JsonObject> AskAsync(string id, string action, CancellationToken cancel) => ChangeRolloutAsync(
        new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["annotations"] =
                    new JsonObject { ["canary.delivery/request"] = $$"""{"id":"{{id}}","action":"{{action}}","by":"end-to-end"}""" },
            },
        },
        cancel);

    public Task<JsonObject> ReadAsync(CancellationToken cancel) => Api.GetAsync(KnownKinds.Rollouts, Rollout, cancel);

    /// <summary>Waits until the Rollout is so; fails with all that is known where it does not become so.</summary>
    public Task<JsonObject> UntilAsync(string what, Func<JsonNode, bool> isSo, CancellationToken cancel, int seconds = 60) =>
        UntilAsync(what, Rollout, isSo, cancel, seconds);

    public async Task<JsonObject> UntilAsync(string what, ObjectName name, Func<JsonNode, bool> isSo, CancellationToken cancel,
        int seconds = 60)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        while (true)
        {
            var rollout = await Api.GetAsync(KnownKinds.Rollouts, name, cancel);
            if (rollout["status"] is { } status && isSo(status)) return rollout;
            if (limit.IsCancellationRequested)
                Assert.Fail($"not within {seconds} s: {what}\nstatus: {rollout["status"]?.ToJsonString()}\nroutes: {Routes}\n{Logs()}");
            await Task.Delay(100, cancel);
        }
    }

    /// <summary>The Events of this object alone: other controllers write Events in the namespace too, also about objects of the same
    /// name.</summary>
    public async Task<IReadOnlyList<JsonObject>> EventsAsync(JsonObject about, CancellationToken cancel)
    {
        var name = ObjectName.Of(about);
        var events = await Api.ListAllAsync(KnownKinds.Events, name.Namespace,
            new ListOptions(FieldSelector: $"involvedObject.name={name.Name}"), cancel);
        return [.. events.Items.Where(item => (string?)item["involvedObject"]?["uid"] == Documents.Uid(about))];
    }

    /// <summary>Waits for an Event: it is written after the status that it speaks of.</summary>
    public async Task UntilEventAsync(JsonObject about, string reason, string message, CancellationToken cancel, int seconds = 30)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        while (true)
        {
            var events = await EventsAsync(about, cancel);
            if (events.Any(item => (reason.Length == 0 || (string?)item["reason"] == reason)
                && ((string?)item["message"] ?? "").Contains(message, StringComparison.Ordinal))) return;
            if (limit.IsCancellationRequested)
                Assert.Fail(
                    $"not within {seconds} s: an Event {reason} with '{message}'\nthere "
                        + $"are:\n{string.Join("\n", events.Select(item => $"{item["reason"]}: {item["message"]}"))}\n{Logs()}");
            await Task.Delay(100, cancel);
        }
    }

    public Task<JsonObject> UntilPhaseAsync(string phase, CancellationToken cancel, int seconds = 60) =>
        UntilAsync($"phase {phase}", status => (string?)status["phase"] == phase, cancel, seconds);

    /// <summary>Waits until Prometheus knows a rate of requests: it has scraped the mesh twice.</summary>
    public async Task UntilMeasuredAsync(CancellationToken cancel)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var query = new Uri(Prometheus, "/api/v1/query?query=" + Uri.EscapeDataString("sum(rate(istio_requests_total[5s])) > 0"));
        for (var tries = 0; tries < 300; tries++, await Task.Delay(100, cancel))
        {
            var answer = JsonNode.Parse(await client.GetStringAsync(query, cancel));
            if (answer?["data"]?["result"] is JsonArray { Count: > 0 }) return;
        }

        Assert.Fail("Prometheus knows no requests after 30 s");
    }

    /// <summary>The canary's weight in the VirtualService as it is now.</summary>
    public async Task<int> WeightAsync(CancellationToken cancel) =>
        RouteRecorder.CanaryWeight(await Api.GetAsync(IstioKinds.VirtualServices, new ObjectName(Namespace, "checkout"), cancel));

    /// <summary>Value of an environment variable in the pod template of a Deployment.</summary>
    public async Task<string?> TemplateVersionAsync(string deployment, CancellationToken cancel)
    {
        var found = await Api.GetAsync(KnownKinds.Deployments, new ObjectName(Namespace, deployment), cancel);
        var env = found["spec"]!["template"]!["spec"]!["containers"]![0]!["env"] as JsonArray ?? [];
        return (string?)env.FirstOrDefault(variable => (string?)variable!["name"] == "VERSION")?["value"];
    }

    public string Logs() => string.Join("\n", _controllers.Select(controller => $"--- controller {controller.Id}\n{controller.Output}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var controller in _controllers) await controller.DisposeAsync();
        await Routes.DisposeAsync();
        if (Environment.GetEnvironmentVariable("CANARY_TEST_KUBECONFIG") is { Length: > 0 })
        {
            await Api.DeleteAsync(KnownKinds.Namespaces, new ObjectName(null, Namespace), DeleteOptions.Default,
                CancellationToken.None); // clean-up is not cut
            while (await Api.FindAsync(KnownKinds.Namespaces, new ObjectName(null, Namespace), CancellationToken.None) is not null)
                await Task.Delay(500);
        }

        await _sandbox.DisposeAsync();
        Api.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string KubeconfigFor(Uri server)
    {
        var path = Path.Combine(_folder, $"kubeconfig-{server.Port}");
        File.WriteAllText(path, $$"""
            apiVersion: v1
            kind: Config
            current-context: gate
            clusters: [{ name: gate, cluster: { server: "{{server.ToString().TrimEnd('/')}}" } }]
            users: [{ name: gate, user: {} }]
            contexts: [{ name: gate, context: { cluster: gate, user: gate, namespace: {{Namespace}} } }]
            """);
        return path;
    }
}
