using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Conformance;

[CancelAfter(60_000)]
public sealed class GivenASchema : ConformanceCluster
{
    [TestCase("""{"size":11}""", "spec.size")]
    [TestCase("""{"size":"one"}""", "spec.size")]
    [TestCase("""{"size":1,"mode":"sideways"}""", "spec.mode")]
    [TestCase("{}", "spec.size")]
    [TestCase("""{"size":1,"ports":[{"port":80}]}""", "spec.ports[0].name")]
    [TestCase("""{"size":1,"tags":["a","a"]}""", "spec.tags[1]")]
    public async Task WhenAValueBreaksIt_ThenTheRefusalNamesTheField(string spec, string field, CancellationToken cancel)
    {
        var refusal = await RefusalAsync(() => CreateAsync(Probes, Probe("broken", spec), cancel));

        Assert.That((refusal.Status.Code, refusal.Status.Reason), Is.EqualTo((422, "Invalid")));
        Assert.That(refusal.Status.Causes.Select(c => c.Field), Does.Contain(field));
    }

    [Test]
    public async Task WhenAFieldIsLeftOut_ThenItHasItsDefault(CancellationToken cancel)
    {
        var created = await CreateAsync(Probes, Probe("defaults"), cancel);

        Assert.That(created["spec"]!["mode"]!.GetValue<string>(), Is.EqualTo("slow"));
    }

    [Test]
    public async Task WhenAFieldIsUnknown_ThenItIsNotKept(CancellationToken cancel)
    {
        var created = await CreateAsync(Probes, Probe("pruned", """{"size":1,"nope":{"a":1}}"""), cancel);

        Assert.That(created["spec"]!["nope"], Is.Null);
    }

    [Test]
    public async Task WhenFieldsAreValidatedStrictly_ThenAnUnknownOneIsRefused(CancellationToken cancel)
    {
        var refusal = await RefusalAsync(() =>
            Client.CreateAsync(Probes, Namespace, Probe("strict", """{"size":1,"nope":1}"""),
                new WriteOptions("conformance", FieldValidation: "Strict"), cancel));

        Assert.That(refusal.Status.Code, Is.EqualTo(400));
        Assert.That(refusal.Status.Message, Does.Contain("unknown field \"spec.nope\""));
    }

    [Test]
    public async Task WhenAnAddressOfAnEndpointIsOfThisMachine_ThenItIsRefused(CancellationToken cancel)
    {
        var slice = (JsonObject)JsonNode.Parse(
            """{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"loopback"},"addressType":"IPv4","endpoints":[{"addresses":["127.0.0.1"]}]}""")!;

        var refusal = await RefusalAsync(() => CreateAsync(KnownKinds.EndpointSlices, slice, cancel));

        Assert.That(refusal.Status.Code, Is.EqualTo(422));
        Assert.That(refusal.Status.Causes.Select(c => c.Field), Does.Contain("endpoints[0].addresses[0]"));
    }
}
