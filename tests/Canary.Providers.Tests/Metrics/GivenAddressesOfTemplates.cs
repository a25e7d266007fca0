using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Secrets;
using Canary.Http;
using Canary.Providers.Metrics;
using NUnit.Framework;

namespace Canary.Providers.Tests.Metrics;

public sealed class GivenAddressesOfTemplates
{
    private static readonly PrometheusOptions Default = Asked.Options with { Addresses = AddressRules.Default };

    [TestCase("http://127.0.0.1:{0}")]
    [TestCase("http://localhost:{0}")]
    [TestCase("http://2130706433:{0}")]
    [TestCase("http://0x7f.0.0.1:{0}")]
    [TestCase("http://0177.0.0.1:{0}")]
    [TestCase("http://127.1:{0}")]
    [TestCase("http://0.0.0.0:{0}")]
    [TestCase("http://[::ffff:127.0.0.1]:{0}")]
    [TestCase("http://[::ffff:7f00:1]:{0}/prometheus")]
    public async Task WhenATemplateNamesThisMachine_ThenItIsNotAskedAndTheOptionIsNamed(string address)
    {
        await using var server = new FakeServer(_ => FakeServer.Vector("1"));

        var fault = await Asked.FaultAsync(Asked.Query(string.Format(null, address, server.Port)), options: Default);

        Assert.That(server.Requests, Is.Empty);
        Assert.That(
            fault,
            Does.Contain("--template-addresses (CANARY_TEMPLATE_ADDRESSES)").And.Contain($":{server.Port}").And.Match(
                "is an? (loopback|unspecified) address"));
    }

    [TestCase("http://169.254.169.254/latest/meta-data")]
    [TestCase("http://[fe80::1]:9090")]
    [TestCase("http://[fd00:ec2::254]")]
    public async Task WhenATemplateNamesMetadataOrALinkLocalAddress_ThenItIsRefusedAtOnce(string address) =>
        Assert.That(
            await Asked.FaultAsync(Asked.Query(address), options: Default),
            Does.Contain("was not asked: ").And.Contain("address; a template may name"));

    [Test]
    public async Task WhenTheOptionAllowsTheAddress_ThenItIsAsked()
    {
        await using var server = new FakeServer(_ => FakeServer.Vector("1"));
        var options = Asked.Options with { Addresses = AddressRules.Read($"127.0.0.1:{server.Port}").Rules };

        Assert.That(await Asked.AskAsync(Asked.Query(server.Address), options: options), Is.InstanceOf<MetricAnswer.Vector>());
    }

    [Test]
    public async Task WhenTheOperatorsOwnAddressIsThisMachine_ThenItIsAskedAndNoOtherPathOfIt()
    {
        await using var server = new FakeServer(_ => FakeServer.Vector("1"));
        var options = Default with { DefaultAddress = server.Address };
        using var source = new PrometheusSource(options, new FakeSecrets(), TimeProvider.System);

        var own = await source.AskAsync(Asked.Query(null), CancellationToken.None);
        var written = await source.AskAsync(Asked.Query(server.Address + "/"), CancellationToken.None);
        var other = await source.AskAsync(Asked.Query(server.Address + "/admin"), CancellationToken.None);

        Assert.That(
            (own, written),
            Is.TypeOf<(MetricAnswer, MetricAnswer)>().And.Matches<(MetricAnswer, MetricAnswer)>(both =>
                both is (MetricAnswer.Vector, MetricAnswer.Vector)));
        Assert.That(other, Is.InstanceOf<MetricAnswer.Faulted>());
        Assert.That(server.Requests.Select(request => request.Target.Split('?')[0]).Distinct(), Is.EqualTo(new[] { "/api/v1/query" }));
    }

    [Test]
    public async Task WhenATokenEndpointIsThisMachine_ThenNeitherItNorPrometheusIsAsked()
    {
        await using var server = new FakeServer(_ => FakeServer.Json("""{"access_token":"t"}"""));
        var oauth = new MetricAuthentication.OAuth2($"{server.Address}/token", new SecretValue.Plain("c"), new SecretValue.Plain("s"), []);

        var fault = await Asked.FaultAsync(Asked.Query("http://prometheus.invalid") with { Authentication = oauth }, options: Default);

        Assert.That(server.Requests, Is.Empty);
        Assert.That(
            fault, Does.Contain("the token endpoint").And.Contain("127.0.0.1 is a loopback address").And.Contain("--template-addresses"));
    }

    [Test]
    public async Task WhenAnAllowedServerRedirectsToThisMachine_ThenThatIsNotFollowed()
    {
        await using var secret = new FakeServer(_ => FakeServer.Vector("1"));
        await using var server = new FakeServer(
            _ => $"HTTP/1.1 302 X\r\nLocation: {secret.Address}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        var options = Asked.Options with { Addresses = AddressRules.Read($"127.0.0.1:{server.Port}").Rules };

        Assert.That(await Asked.FaultAsync(Asked.Query(server.Address), options: options), Does.Contain("redirect"));
        Assert.That(secret.Requests, Is.Empty);
    }

    [Test]
    public async Task WhenOneTemplateIsRefused_ThenNobodyElseIsHeldUp()
    {
        await using var server = new FakeServer(_ => FakeServer.Vector("1"));
        var options = Default with { DefaultAddress = server.Address, Query = Default.Query with { FailuresToBreak = 2 } };
        using var source = new PrometheusSource(options, new FakeSecrets(), TimeProvider.System);
        for (var count = 0; count < 5; count++) await source.AskAsync(Asked.Query(server.Address + "/x"), CancellationToken.None);

        Assert.That(await source.AskAsync(Asked.Query(null), CancellationToken.None), Is.InstanceOf<MetricAnswer.Vector>());
        Assert.That(
            ((MetricAnswer.Faulted)await source.AskAsync(Asked.Query(server.Address + "/x"), CancellationToken.None)).Reason,
            Does.Contain("loopback"));
    }
}
