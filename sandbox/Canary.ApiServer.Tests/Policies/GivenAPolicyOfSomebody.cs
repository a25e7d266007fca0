using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Policies;

/// <summary>What policies can do besides ours.</summary>
public sealed class GivenAPolicyOfSomebody
{
    private const string Policies = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
    private const string Bindings = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings";
    private const string Maps = "/api/v1/namespaces/recorded/configmaps";

    private PolicyCluster _cluster = null!;

    [SetUp]
    public async Task StartAsync() => _cluster = await PolicyCluster.StartAsync("deploy/base/admission.yaml", CancellationToken.None);

    [TearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [TestCase("""{"validations":[{"expression":"object.data.a == 'x'"}]}""", 422, "failed expression: object.data.a == 'x'")]
    [TestCase("""{"validations":[{"expression":"object.data.a == 'x'","message":"a must be x","reason":"Forbidden"}]}""", 403,
        "a must be x")]
    [TestCase("""{"validations":[{"expression":"object.data.nope == 'x'"}]}""", 422,
        "expression 'object.data.nope == 'x'' resulted in error: no such key: nope")]
    [TestCase("""{"failurePolicy":"Ignore","validations":[{"expression":"object.data.nope == 'x'"}]}""", 201, "")]
    [TestCase("""{"matchConditions":[{"name":"n","expression":"request.userInfo.username != 'admin'"}],"validations":[{"expression":"false"}]}""", 201, "")]
    [TestCase("""{"variables":[{"name":"a","expression":"object.data.a"},{"name":"b","expression":"variables.a + '!'"}],"validations":[{"expression":"variables.b == 'y!'","messageExpression":"'b is ' + variables.b"}]}""", 201, "")]
    [TestCase("""{"variables":[{"name":"a","expression":"object.data.a"}],"validations":[{"expression":"variables.a == 'z'","messageExpression":"'a is ' + variables.a"}]}""", 422, "a is y")]
    [TestCase("""{"validations":[{"expression":"request.operation == 'CREATE' && request.namespace == 'recorded' && request.resource.resource == 'configmaps' && oldObject == null && namespaceObject.metadata.name == 'recorded'"}]}""", 201, "")]
    [TestCase("""{"validations":[{"expression":"authorizer.requestResource.check('delete').allowed() && !authorizer.serviceAccount('a','b').group('').resource('configmaps').check('get').allowed() && authorizer.path('/healthz').check('get').allowed()"}]}""", 201, "")]
    public async Task WhenAnObjectIsCreated_ThenItDecides(string spec, int expected, string message)
    {
        await MakeAsync(spec, "Deny", 201);

        var (status, said) = await _cluster.SendAsync("admin", HttpMethod.Post, Maps, Map(), CancellationToken.None);

        Assert.That(status, Is.EqualTo(expected), said.ToJsonString());
        if (expected != 201)
            Assert.That(said["message"]!.ToString(),
                Is.EqualTo(
                    $"configmaps \"m\" is forbidden: ValidatingAdmissionPolicy 'test' with binding 'test' denied request: {message}"));
    }

    [TestCase("""{"validations":[{"expression":"nope > 1"}]}""", "spec.validations[0].expression", "undeclared reference to 'nope'")]
    [TestCase("""{"validations":[{"expression":"1"}]}""", "spec.validations[0].expression", "must evaluate to bool")]
    [TestCase("""{"validations":[{"expression":"variables.nope"}]}""", "spec.validations[0].expression", "undefined field 'nope'")]
    [TestCase("""{"validations":[{"expression":"request.nope == 1"}]}""", "spec.validations[0].expression", "undefined field 'nope'")]
    [TestCase("""{"validations":[{"expression":"true","messageExpression":"1"}]}""", "spec.validations[0].messageExpression",
        "must evaluate to string")]
    [TestCase("""{"validations":[{"expression":"true","reason":"Why"}]}""", "spec.validations[0].reason", "Unsupported value")]
    [TestCase("""{"paramKind":{"apiVersion":"v1","kind":"ConfigMap"},"validations":[{"expression":"true"}]}""", "spec.paramKind",
        "this server gives policies no parameters")]
    [TestCase("""{"validations":[]}""", "spec.validations", "must be non-empty")]
    public async Task WhenItCannotBeCarriedOut_ThenItIsRefused(string spec, string field, string expected)
    {
        var said = await MakeAsync(spec, "Deny", 422);

        Assert.That(said["details"]!["causes"]![0]!["field"]!.ToString(), Is.EqualTo(field));
        Assert.That(said["message"]!.ToString(), Does.Contain(expected));
    }

    [Test]
    public async Task WhenItIsBoundToDelete_ThenOldObjectIsWhatGoes()
    {
        await _cluster.SendAsync("admin", HttpMethod.Post, Maps, Map(), CancellationToken.None);
        await MakeAsync("""{"validations":[{"expression":"object == null && oldObject.data.a == 'z'","message":"only z goes"}]}""", "Deny",
            201);

        var (status, said) = await _cluster.SendAsync("admin", HttpMethod.Delete, Maps + "/m", null, CancellationToken.None);

        Assert.That((status, said["message"]!.ToString()),
            Is.EqualTo(
                (422, "configmaps \"m\" is forbidden: ValidatingAdmissionPolicy 'test' with binding 'test' denied request: only z goes")));
    }

    [TestCase("Warn", 201)]
    [TestCase("Audit", 201)]
    [TestCase("Deny", 422)]
    public async Task WhenABindingOnlyWarns_ThenNothingIsRefused(string action, int expected)
    {
        await MakeAsync("""{"validations":[{"expression":"false"}]}""", action, 201);

        var (status, _) = await _cluster.SendAsync("admin", HttpMethod.Post, Maps, Map(), CancellationToken.None);

        Assert.That(status, Is.EqualTo(expected));
    }

    private async Task<JsonObject> MakeAsync(string spec, string action, int expected)
    {
        var policy = (JsonObject)JsonNode.Parse(spec)!;
        policy["matchConstraints"] = JsonNode.Parse(
            """{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE","DELETE"],"resources":["configmaps"]}]}""");
        var (status, said) = await _cluster.SendAsync("admin", HttpMethod.Post, Policies, Named("ValidatingAdmissionPolicy", policy),
            CancellationToken.None);
        Assert.That(status, Is.EqualTo(expected), said.ToJsonString());
        if (expected == 201)
            await _cluster.SendAsync("admin", HttpMethod.Post, Bindings,
                Named("ValidatingAdmissionPolicyBinding",
                    new JsonObject { ["policyName"] = "test", ["validationActions"] = new JsonArray(action) }), CancellationToken.None);
        return said;
    }

    private static JsonObject Named(string kind, JsonObject spec) => new()
    {
        ["apiVersion"] = "admissionregistration.k8s.io/v1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = "test" },
        ["spec"] = spec,
    };

    private static JsonObject Map() =>
        new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = "m" },
            ["data"] = new JsonObject { ["a"] = "y" }
        };
}
