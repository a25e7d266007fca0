using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Access;
using Canary.ApiServer.Http;
using Canary.ApiServer.Tests.Replay;
using Canary.Testing;

namespace Canary.ApiServer.Tests.Policies;

/// <summary>An API server with our definitions, roles and an admission policy, and one Rollout that people write to.</summary>
internal sealed class PolicyCluster : IAsyncDisposable
{
    public const string Rollout = "/apis/canary.delivery/v1alpha1/namespaces/recorded/rollouts/web";
    public const string Controller = "system:serviceaccount:canary-system:canary-controller";

    private const string Rollouts = "/apis/canary.delivery/v1alpha1/namespaces/recorded/rollouts";
    private const string Bindings = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings";
    private const string Rbac = "/apis/rbac.authorization.k8s.io/v1";

    private static readonly (string User, string Role)[] Bound =
    [
        ("promoter-user", "canary-promoter"), ("aborter-user", "canary-aborter"), ("edit-user", "canary-edit"), ("patcher-user", "patcher"),
        ("creator-user", "creator"), ("undo-user", "undo"), ("restart-user", "restart"), ("scale-user", "scale"),
        ("second-promoter", "canary-promoter"), ("second-aborter", "canary-aborter"), ("bad\",\"by\":\"x", "canary-promoter"),
        (Controller, "canary-controller"),
    ];

    private readonly ApiServerHost _host;
    private readonly HttpClient _http;
    private readonly JsonObject _binding;

    private PolicyCluster(ApiServerHost host, JsonObject binding)
    {
        _host = host;
        _binding = binding;
        _http = new HttpClient { BaseAddress = host.Address };
    }

    /// <param name="policy">File with the policy and its binding, below the root of the repository.</param>
    public static async Task<PolicyCluster> StartAsync(string policy, CancellationToken cancel)
    {
        var users = Bound.Select(bound => bound.User).Distinct().Select(user => new ApiToken(TokenOf(user), user, "1", []));
        var options = new ApiServerOptions { Tokens = [new ApiToken(TokenOf("admin"), "admin", "1", ["system:masters"]), .. users] };
        var cluster =
            new PolicyCluster(await ApiServerHost.StartAsync(options, cancel), Document(policy, "ValidatingAdmissionPolicyBinding"));
        await cluster.FurnishAsync(policy, cancel);
        return cluster;
    }

    /// <summary>Makes the Rollout anew, with these annotations, and sends one write to it.</summary>
    public async Task<(int Status, JsonObject Answer)> AskAsync(string user, JsonObject annotationsBefore, JsonNode body,
        CancellationToken cancel, string type = "application/merge-patch+json", string subresource = "")
    {
        await PrepareAsync(annotationsBefore, cancel);
        var force = type.Contains("apply", StringComparison.Ordinal) ? "&force=true" : "";
        return await SendAsync(user, HttpMethod.Patch, $"{Rollout}{subresource}?dryRun=All&fieldManager=test{force}", body, cancel, type);
    }

    /// <summary>Makes the Rollout anew, with these annotations, whoever wrote them: the policy is not bound meanwhile.</summary>
    public async Task PrepareAsync(JsonObject annotations, CancellationToken cancel)
    {
        await SendAsync("admin", HttpMethod.Delete, $"{Bindings}/{_binding["metadata"]!["name"]}", null, cancel);
        await SendAsync("admin", HttpMethod.Delete, Rollout, null, cancel);
        await CreateAsync(Rollouts, NewRollout(annotations), cancel);
        await CreateAsync(Bindings, _binding, cancel);
    }

    public Task<(int Status, JsonObject Answer)> CreateRolloutAsync(string user, JsonObject annotations, CancellationToken cancel,
        string query = "") =>
        SendAsync(user, HttpMethod.Post, Rollouts + query, NewRollout(annotations), cancel);

    public async Task<(int Status, JsonObject Answer)> SendAsync(string user, HttpMethod method, string path, JsonNode? body,
        CancellationToken cancel, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TokenOf(user));
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(Recorded.Plain), Encoding.UTF8, type);
        using var response = await _http.SendAsync(request, cancel);
        return ((int)response.StatusCode, (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync(cancel))!);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    private static JsonObject NewRollout(JsonObject annotations) => new()
    {
        ["apiVersion"] = "canary.delivery/v1alpha1",
        ["kind"] = "Rollout",
        ["metadata"] = new JsonObject
        {
            ["name"] = "web",
            ["annotations"] = annotations.DeepClone(),
            ["labels"] = new JsonObject { ["team"] = "shop" }
        },
        ["spec"] = Document("deploy/samples/3-rollout.yaml", "Rollout")["spec"]!.DeepClone(),
    };

    private async Task FurnishAsync(string policy, CancellationToken cancel)
    {
        await CreateAsync("/api/v1/namespaces",
            new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = "recorded" } },
            cancel);
        await CreateAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
            Document("deploy/crds/canary.delivery_rollouts.yaml", "CustomResourceDefinition"), cancel);
        foreach (var role in Documents("deploy/base/roles-for-people.yaml").Concat(Documents("deploy/base/rbac.yaml"))
            .Where(one => one["kind"]!.ToString() == "ClusterRole"))
            await CreateAsync($"{Rbac}/clusterroles", role, cancel);
        await CreateAsync($"{Rbac}/clusterroles", Role("patcher", "get", "patch"), cancel);
        await CreateAsync($"{Rbac}/clusterroles", Role("creator", "get", "create"), cancel);
        foreach (var verb in new[] { "undo", "restart", "scale" })
            await CreateAsync($"{Rbac}/clusterroles", Role(verb, "get", "patch", verb), cancel);
        foreach (var ((user, role), i) in Bound.Select((bound, i) => (bound, i)))
            await CreateAsync($"{Rbac}/clusterrolebindings", Binding($"test-{i}", user, role), cancel);
        await CreateAsync("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies",
            Document(policy, "ValidatingAdmissionPolicy"), cancel);
        await CreateAsync(Bindings, _binding, cancel);
    }

    private async Task CreateAsync(string path, JsonObject body, CancellationToken cancel)
    {
        var (status, answer) = await SendAsync("admin", HttpMethod.Post, path, body, cancel);
        if (status != 201)
            throw new InvalidOperationException($"{path}: {status} {answer["message"]}");
    }

    private static JsonObject Role(string name, params string[] verbs) => new()
    {
        ["apiVersion"] = "rbac.authorization.k8s.io/v1",
        ["kind"] = "ClusterRole",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["rules"] = new JsonArray(new JsonObject
        {
            ["apiGroups"] = new JsonArray("canary.delivery"),
            ["resources"] = new JsonArray("rollouts"),
            ["verbs"] = new JsonArray([.. verbs.Select(verb => (JsonNode)verb)])
        }),
    };

    private static JsonObject Binding(string name, string user, string role) => new()
    {
        ["apiVersion"] = "rbac.authorization.k8s.io/v1",
        ["kind"] = "ClusterRoleBinding",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "ClusterRole", ["name"] = role },
        ["subjects"] = new JsonArray(new JsonObject { ["kind"] = "User", ["name"] = user }),
    };

    private static JsonObject Document(string file, string kind) => Documents(file).First(one => one["kind"]!.ToString() == kind);

    private static IEnumerable<JsonObject> Documents(string file) => File.ReadAllText(RepositoryFolder.PathTo(file))
        .Split("\n---\n").Select(text => YamlAnswer.Parse(text).Root).OfType<JsonObject>();

    private static string TokenOf(string user) => "token-of-" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(user));
}
