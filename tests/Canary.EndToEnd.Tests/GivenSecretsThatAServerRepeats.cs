using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

/// <summary>
/// Values of Secrets in every place where a template may put one, through the real controller, with a server that repeats them in every
/// encoding: nothing that a person can read afterwards holds one.
/// </summary>
public sealed class GivenSecretsThatAServerRepeats : Scenario
{
    private static readonly Dictionary<string, string> Planted = new()
    {
        ["query"] = "Query/5ecret+=\"x\" of all",
        ["header"] = "H3ader-Secret~Value",
        ["path"] = "P4th-Secret-Value",
        ["token"] = "B3arer.Secret.Value",
        ["user"] = "us3r-of-basic-auth",
        ["password"] = "Pa55word: of basic",
        ["client"] = "Cl1ent-id-of-oauth",
        ["secret"] = "Cl1ent/5ecret+of oauth",
        ["url"] = "T0ken-url-secret",
    };

    // What the token endpoint gives is as secret as what it is asked with.
    private static readonly string[] Values = [.. Planted.Values, "F3tched.access-token/value"];

    private RepeatingServer _server = null!;

    [SetUp]
    public async Task PlantAsync()
    {
        _server = await RepeatingServer.StartAsync(Cancel);
        var data = new JsonObject(
            Planted.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)Convert.ToBase64String(Encoding.UTF8.GetBytes(one.Value)))));
        await CreateAsync(KnownKinds.Secrets,
            new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Secret",
                ["metadata"] = new JsonObject { ["name"] = "planted" },
                ["data"] = data
            });
    }

    [TearDown]
    public async Task StopServerAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    [Test, CancelAfter(240_000)]
    public async Task WhenARolloutAndAnAnalysisByHandAreMeasuredThere_ThenNothingThatIsReadAfterwardsHoldsOne()
    {
        await CreateAsync(KnownKinds.AnalysisTemplates, Template("repeats", withFailure: true));
        await CreateAsync(KnownKinds.AnalysisTemplates, Template("errors", withFailure: false));
        var controller = World.StartController();
        await World.SetStepsAsync(OpenSteps, """{"templates":[{"templateName":"repeats"}],"startingStep":0}""", Cancel);
        await World.UntilPhaseAsync("Healthy", Cancel);

        await World.DeployAsync("3.0.0", 0, "5ms", Cancel);
        var rolledBack = await World.UntilPhaseAsync("RolledBack", Cancel, 90);
        var byHand = await CommandAsync("analyze", "--template", "errors", "--watch", "--timeout", "8");
        await World.UntilEventAsync(rolledBack, "RolledBack", "", Cancel);

        var said = new List<(string Where, string Text)> { ("canary analyze", byHand.Output),
            ("the metrics page", await MetricsAsync(controller)) };
        foreach (var words in new string[][]
        {
            ["status", "checkout"], ["status", "checkout", "-o", "json"], ["get", "rollouts", "-o", "yaml"], ["get", "runs"],
            ["get", "runs", "-o", "json"], ["get", "runs", "-o", "yaml"], ["get", "templates", "-o", "json"],
            ["plan", "checkout"],
        })
        {
            said.Add(($"canary {string.Join(' ', words)}", (await CommandAsync(words)).Output));
        }

        foreach (var kind in new[] { KnownKinds.Events, KnownKinds.Rollouts, KnownKinds.AnalysisRuns, KnownKinds.AnalysisTemplates,
            IstioKinds.VirtualServices, KnownKinds.Deployments, KnownKinds.Leases })
        {
            foreach (var item in (await World.Api.ListAllAsync(kind, null, ListOptions.All, Cancel)).Items)
            {
                said.Add(($"{kind.Kind} {ObjectName.Of(item)}", item.ToJsonString()));
                said.AddRange(Texts(item).Select(text => ($"{kind.Kind} {ObjectName.Of(item)}", text)));
            }
        }

        said.Add(("the controller's log", controller.Output));

        // The values were on their way, and what the server said of them was taken: else this test finds nothing because there is nothing.
        var heard = string.Join('\n', _server.Heard);
        Assert.That(Values.Where(value => !Forms(value).Any(form => heard.Contains(form, StringComparison.Ordinal))), Is.Empty,
            "values that never reached the server");
        foreach (var where in new[] { "canary analyze", "canary get runs -o json", "AnalysisRun" })
            Assert.That(said.Where(one => one.Where.StartsWith(where, StringComparison.Ordinal))
                .Any(one => one.Text.Contains(RepeatingServer.Word, StringComparison.Ordinal)
                    && one.Text.Contains("[redacted]", StringComparison.Ordinal)), Is.True, $"nothing of the server in {where}");
        var held = from one in said
                   from value in Values
                   from form in Forms(value)
                   where one.Text.Contains(form, StringComparison.OrdinalIgnoreCase)
                   select $"{one.Where} holds {form}: {Around(one.Text, form)}";
        Assert.That(held.Distinct().Take(40), Is.Empty);
    }

    // A part is as bad as the whole: texts are cut off.
    private static IEnumerable<string> Forms(string value)
    {
        var part = value[..(value.Length * 3 / 4)];
        string[] forms =
        [
            value, part, Uri.EscapeDataString(part), WebUtility.UrlEncode(part)!, JsonSerializer.Serialize(part)
            .Trim('"'), WebUtility.HtmlEncode(part)!, Convert.ToHexString(Encoding.UTF8.GetBytes(part)),
            Convert.ToHexString(Encoding.UTF8.GetBytes(Uri.EscapeDataString(part))),
            Convert.ToHexString(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(part).Trim('"'))),
            BitConverter.ToString(Encoding.UTF8.GetBytes(part)),
            Uri.EscapeDataString(Uri.EscapeDataString(part)),
            .. Enumerable.Range(0, 3).Select(offset => Base64(Uri.EscapeDataString(part), offset)), .. Enumerable.Range(0, 3)
            .Select(offset => Base64(JsonSerializer.Serialize(part).Trim('"'), offset)),
            .. Enumerable.Range(0, 3).Select(offset => Base64(part, offset)), .. Enumerable.Range(0, 3)
            .Select(offset => Base64(part, offset).Replace('+', '-').Replace('/', '_')),
        ];
        return forms.Distinct();
    }

    // The letters that are of the value alone, wherever it stands among other bytes.
    private static string Base64(string value, int offset)
    {
        var text = Convert.ToBase64String([.. new byte[offset], .. Encoding.UTF8.GetBytes(value)]);
        var whole = (offset + Encoding.UTF8.GetByteCount(value)) / 3 * 4;
        return text[(offset == 0 ? 0 : 4)..whole];
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(one => Texts(one.Value).Prepend(one.Key)),
        JsonArray list => list.SelectMany(Texts),
        JsonValue value when value.TryGetValue(out string? text) => [text],
        _ => [],
    };

    private static string Around(string text, string form)
    {
        var at = text.IndexOf(form, StringComparison.OrdinalIgnoreCase);
        return text[Math.Max(0, at - 60)..Math.Min(text.Length, at + form.Length + 20)].ReplaceLineEndings(" ");
    }

    private static async Task<string> MetricsAsync(RunningCommand controller)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri(Regex.Match(controller.Output, @"are served on (\S+)").Groups[1].Value + "/metrics"),
            Cancel);
    }

    private async Task<(int Code, string Output)> CommandAsync(params string[] words)
    {
        await using var command =
            RunningCommand.Start(Commands.Find("canary"), [.. words, "--kubeconfig", World.Kubeconfig, "-n", World.Namespace]);
        var code = await command.WaitAsync(TimeSpan.FromSeconds(90), Cancel);
        return (code, command.Output);
    }

    private Task<JsonObject> CreateAsync(ResourceKind kind, JsonObject document) =>
        World.Api.CreateAsync(kind, World.Namespace, document, new WriteOptions("end-to-end-tests"), Cancel);

    private JsonObject Template(string name, bool withFailure)
    {
        const string bearer = """{"bearer":{"secretKeyRef":{"name":"planted","key":"token"}}}""";
        const string basic =
            """{"basic":{"username":{"secretKeyRef":{"name":"planted","key":"user"}},"password":{"secretKeyRef":{"name":"planted","key":"password"}}}}""";
        string OAuth(string endpoint) =>
            $$$"""{"oauth2":{"tokenUrl":"{{{_server.Address}}}/{{{endpoint}}}/{{args.url}}?key={{args.url}}","clientId":"{{args.client}}","clientSecret":"{{args.secret}}"}}""";

        // One that fails in the end, so that its measurements are told of in the Rollout; the others by errors, each of its own kind.
        (string How, string Authentication)[] answered =
            [("labels", bearer), ("labels", basic), ("labels", OAuth("token")), ("warnings", basic)];
        (string How, string Authentication)[] refused = [("bad-data", OAuth("token")), ("bad-data", bearer), ("unavailable", bearer),
            ("page", basic), ("unavailable", OAuth("token")), ("bad-data", OAuth("token-refused"))];
        var metrics = (withFailure ? [.. answered, .. refused] : refused).Select((one, at) => JsonNode.Parse($$$"""
            {"name":"metric-{{{at}}}","interval":"1s","count":20,"failureLimit":{{{(at == 0 ? 3 : -1)}}},"consecutiveErrorLimit":{{{(withFailure ? 100 : 2)}}},"successCondition":"result[0] < 0",
             "provider":{"prometheus":{"address":"{{{_server.Address}}}/{{{one.How}}}/{{args.path}}","query":"up{t='{{args.query}}'}","authentication":{{{one.Authentication}}},
                                       "headers":[{"key":"X-Key","secretKeyRef":{"name":"planted","key":"header"} }]} } }
            """));
        return new JsonObject
        {
            ["apiVersion"] = "canary.delivery/v1alpha1",
            ["kind"] = "AnalysisTemplate",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject
            {
                ["args"] = new JsonArray([.. new[] { "query", "path", "client", "secret",
                    "url" }.Select(key => JsonNode.Parse(
                        $$$"""{"name":"{{{key}}}","valueFrom":{"secretKeyRef":{"name":"planted","key":"{{{key}}}"} } }"""))]),
                ["metrics"] = new JsonArray([.. metrics]),
            },
        };
    }
}
