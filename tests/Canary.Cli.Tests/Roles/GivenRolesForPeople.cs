using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.ApiServer;
using Canary.ApiServer.Access;
using Canary.Cli.Io;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Cli.Tests.Roles;

/// <summary>Every command, by a user with each of the roles that are shipped, against an API server that enforces them. The table of
/// docs/security.md says what is expected.</summary>
[CancelAfter(120_000)]
public sealed class GivenRolesForPeople
{
    private const string Administrator = "administrator";

    private static readonly string[] Requests = ["promote", "pause", "resume", "retry", "abort", "undo", "restart", "scale"];

    private static readonly string Root = RepositoryFolder.Root;

    // In a cluster, edit aggregates canary-view and canary-edit.
    private static readonly Dictionary<string, string[]> Roles = new()
    {
        ["view"] = ["canary-view"],
        ["edit"] = ["canary-view", "canary-edit"],
        ["promoter"] = ["canary-promoter"],
        ["aborter"] = ["canary-aborter"],
    };

    private static readonly IReadOnlyList<(string Command, string Role, bool IsAllowed)> Table = ReadTable();

    private ApiServerHost _host = null!;
    private string _folder = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _folder = Directory.CreateTempSubdirectory("canary-roles-").FullName;
        ApiToken[] tokens = [new ApiToken(Administrator, Administrator, "0", ["system:masters"]),
            .. Roles.Keys.Select(role => new ApiToken($"token-{role}", role, role, []))];
        _host = await ApiServerHost.StartAsync(new ApiServerOptions { Tokens = tokens }, TestContext.CurrentContext.CancellationToken);
        foreach (var file in Directory.GetFiles(Path.Combine(Root, "deploy", "crds"), "canary.delivery_*.yaml"))
            await ApplyAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", file);
        await ApplyAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles", Path.Combine(Root, "deploy", "base", "roles-for-people.yaml"));
        foreach (var (role, bound) in Roles)
        {
            foreach (var name in bound)
            {
                await CreateAsync("/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", $$"""
                    {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"{{role}}-{{name}}","namespace":"default"},
                     "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"{{name}}"},"subjects":[{"kind":"User","name":"{{role}}"}]}
                    """);
            }
        }

        await CreateAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles", """
            {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"cluster-templates"},
             "rules":[{"apiGroups":["canary.delivery"],"resources":["clusteranalysistemplates"],"verbs":["get","list","watch"]}]}
            """);
        foreach (var role in new[] { "view", "edit" })
        {
            // Aggregated into view and edit, the role reaches cluster-scoped objects by a ClusterRoleBinding only.
            await CreateAsync("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", $$"""
                {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"{{role}}-cluster-templates"},
                 "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-templates"},"subjects":[{"kind":"User","name":"{{role}}"}]}
                """);
        }

        await CreateAsync("/apis/canary.delivery/v1alpha1/namespaces/default/analysistemplates", """
            {"apiVersion":"canary.delivery/v1alpha1","kind":"AnalysisTemplate","metadata":{"name":"quick","namespace":"default"},
             "spec":{"metrics":[{"name":"one","count":1,"interval":"1s","successCondition":"result[0] > 0","provider":{"prometheus":{"query":"vector(1)"}}}]}}
            """);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public void WhenTheTableIsRead_ThenItHasEveryCommandThatSpeaksToACluster()
    {
        var commands = Commands.RootCommands.Create(new CommandIo(TextWriter.Null, TextWriter.Null, TimeProvider.System)).Subcommands
            .Where(command => command.Options.Any(option => option.Name == "--kubeconfig"))
            .Select(command => command.Name);

        Assert.That(Table.Select(row => row.Command.Split(' ')[1]).Distinct()
            .Order(), Is.EqualTo(commands.Where(name => name != "sandbox").Order()));
        Assert.That(Table.Select(row => row.Role).Distinct(), Is.EquivalentTo(Roles.Keys));
    }

    [TestCaseSource(nameof(Rows))]
    public async Task WhenACommandIsGiven_ThenTheRolesOfTheTableMayAndNoOthers(string command, string role, bool isAllowed)
    {
        await ResetRolloutAsync();
        var kubeconfig = Path.Combine(_folder, role);
        await File.WriteAllTextAsync(kubeconfig, _host.Kubeconfig($"token-{role}"));
        var error = new StringWriter();
        string[] words = [.. command.Split(' ').Skip(1), "-n", "default", "--kubeconfig", kubeconfig, .. Waits(command)
            ? new[] { "--timeout", "0.2" } : []];

        var code = await CommandLine.RunAsync(words, new CommandIo(new StringWriter(), error, TimeProvider.System));

        var isRefused = code == (int)ExitCode.Unreachable && error.ToString().Contains("cannot", StringComparison.Ordinal);
        var mayAsk = await MayAskAsync(command.Split(' ')[1], role);
        Assert.That(!isRefused && mayAsk, Is.EqualTo(isAllowed), $"exit code {code}: {error}");
        Assert.That(error.ToString()
            .Contains("forbidden", StringComparison.Ordinal), Is.EqualTo(isRefused), "what is not needed is not asked for either");
    }

    // What may not be read is left out of a plan without a word, so a refusal does not show in the command.
    [TestCase("autoscaling", "horizontalpodautoscalers")]
    [TestCase("keda.sh", "scaledobjects")]
    [TestCase("networking.istio.io", "destinationrules")]
    public async Task WhenSomebodyMayPlan_ThenWhatThePlanComparesMayBeListed(string group, string resource)
    {
        foreach (var (_, role, isAllowed) in Table.Where(row => row.Command == "canary plan checkout"))
            Assert.That(await MayAsync("list", role, group, resource), Is.EqualTo(isAllowed), role);
    }

    // Pods that may not be read are not shown, without a word as well.
    [TestCase("get", "apps", "deployments")]
    [TestCase("list", "apps", "deployments")]
    [TestCase("watch", "apps", "deployments")]
    [TestCase("list", "", "pods")]
    [TestCase("watch", "", "pods")]
    public async Task WhenSomebodyMaySeeARollout_ThenItsSidesMayBeRead(string verb, string group, string resource)
    {
        foreach (var (_, role, isAllowed) in Table.Where(row => row.Command is "canary status checkout"
            or "canary wait checkout --for promoted"))
            Assert.That(await MayAsync(verb, role, group, resource), Is.EqualTo(isAllowed), role);
    }

    // Nobody answers here: what is asked for is enough.
    private static bool Waits(string command) =>
        command.Contains("--watch", StringComparison.Ordinal) || command.StartsWith("canary wait", StringComparison.Ordinal)
        || Requests.Contains(command.Split(' ')[1]);

    private static IEnumerable<TestCaseData> Rows() => Table.Select(row => new TestCaseData(row.Command, row.Role, row.IsAllowed));

    // The admission policy asks for these verbs, whoever may patch: the API server answers what it would be told.
    private async Task<bool> MayAskAsync(string command, string role)
    {
        if (!Requests.Contains(command)) return true;
        if (await MayAsync("update", role)) return true;
        return (command != "scale" && await MayAsync("promote", role))
            || (command is "abort" or "undo" or "restart" or "scale" && await MayAsync(command, role));
    }

    private async Task<bool> MayAsync(string verb, string role, string group = "canary.delivery", string resource = "rollouts")
    {
        var answer = await SendAsync(HttpMethod.Post, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", $$$"""
            {"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview",
             "spec":{"resourceAttributes":{"group":"{{{group}}}","resource":"{{{resource}}}","namespace":"default","name":"checkout","verb":"{{{verb}}}"} } }
            """, "application/json", $"token-{role}");
        return (bool)JsonNode.Parse(answer)!["status"]!["allowed"]!;
    }

    private async Task ResetRolloutAsync()
    {
        await SendAsync(HttpMethod.Delete, "/apis/canary.delivery/v1alpha1/namespaces/default/rollouts/checkout", "", "application/json",
            Administrator, mayFail: true);
        await CreateAsync("/apis/canary.delivery/v1alpha1/namespaces/default/rollouts", """
            {"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"checkout","namespace":"default"},
             "spec":{"traffic":{"stable":{"service":"checkout-stable","workload":{"kind":"Deployment","name":"checkout-stable"}},
                                "canary":{"service":"checkout-canary","workload":{"kind":"Deployment","name":"checkout-canary"}},
                                "istio":{"virtualServices":[{"name":"checkout","routes":["primary"]}]}},
                     "strategy":{"canary":{"steps":[{"setWeight":5},{"pause":{}}],"analysis":{"templates":[{"templateName":"quick"}]}}}}}
            """);
        await SendAsync(
            HttpMethod.Patch,
            "/apis/canary.delivery/v1alpha1/namespaces/default/rollouts/checkout/status",
            """{"status":{"phase":"Paused","currentStepIndex":1,"canaryRevision":"9d21aa0f3c","attempt":1,"analysis":[{"revision":"9d21aa0f3c","attempt":1,"phase":"Running"}]} }""",
            "application/merge-patch+json",
            Administrator);
    }

    private async Task ApplyAsync(string path, string file)
    {
        foreach (var document in (await File.ReadAllTextAsync(file)).Split("\n---\n"))
            await SendAsync(HttpMethod.Post, path, document, "application/yaml", Administrator);
    }

    private Task<string> CreateAsync(string path, string document) =>
        SendAsync(HttpMethod.Post, path, document, "application/json", Administrator);

    private async Task<string> SendAsync(HttpMethod method, string path, string body, string type, string token, bool mayFail = false)
    {
        using var client = new HttpClient();
        using var request =
            new HttpRequestMessage(method, new Uri(_host.Address, path)) { Content = new StringContent(body, Encoding.UTF8) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (!mayFail) Assert.That((int)response.StatusCode, Is.LessThan(300), $"{method} {path}: {text}");
        return text;
    }

    private static List<(string Command, string Role, bool IsAllowed)> ReadTable()
    {
        var lines = File.ReadAllLines(Path.Combine(Root, "docs", "security.md"));
        var start = Array.FindIndex(lines, line => line.StartsWith("| command |", StringComparison.Ordinal));
        var roles = Cells(lines[start]).Skip(1).ToArray();
        return [.. lines.Skip(start + 2).TakeWhile(line => line.StartsWith('|')).Select(Cells)
            .SelectMany(cells => cells.Skip(1).Select((cell, index) => (cells[0].Trim('`'), roles[index], cell == "yes")))];
    }

    private static string[] Cells(string line) => [.. line.Trim('|').Split('|').Select(cell => cell.Trim())];
}
