using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using NUnit.Framework;

namespace Canary.Providers.Tests.Metrics;

public sealed class GivenAddressesWithAUser
{
    private static readonly FakeSecrets Secrets =
        new()
        {
            ["shop/prometheus/password"] = "p@ss/w:rd?",
            ["shop/prometheus/user"] = "ann",
            ["shop/prometheus/encoded"] = "p%40ss%2Fword"
        };

    private static string Basic(string user, string password) =>
        $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}";

    [TestCase("ann:passw0rd@", "ann", "passw0rd")]
    [TestCase("ann:p%40ss%2Fword@", "ann", "p@ss/word")]
    [TestCase("ann:a:b:c@", "ann", "a:b:c")]
    [TestCase("ann@", "ann", "")]
    [TestCase("ann:p@ss@", "ann", "p@ss")]
    [TestCase("ann:{{secret:prometheus/password}}@", "ann", "p@ss/w:rd?")]
    [TestCase("{{secret:prometheus/user}}:x{{secret:prometheus/user}}@", "ann", "xann")]
    [TestCase("ann:{{secret:prometheus/encoded}}@", "ann", "p@ss/word")]
    public async Task WhenAnAddressHasAUser_ThenItIsSentAsBasicToTheAddressWithoutIt(string before, string user, string password)
    {
        await using var server = new FakeServer(_ => FakeServer.Vector("1"));

        var answer = await Asked.AskAsync(Asked.Query($"http://{before}127.0.0.1:{server.Port}/prefix"), Secrets);

        Assert.That(answer, Is.InstanceOf<MetricAnswer.Vector>(), answer.ToString());
        Assert.That(
            (server.Requests.Single().Headers["Authorization"], server.Requests.Single().Path),
            Is.EqualTo((Basic(user, password), "/prefix/api/v1/query")));
    }

    [Test]
    public async Task WhenTheWholeAddressIsASecret_ThenItsUserIsReadToo()
    {
        await using var server = new FakeServer(_ => FakeServer.Vector("1"));
        var secrets = new FakeSecrets { ["shop/prometheus/url"] = $"http://ann:passw0rd@127.0.0.1:{server.Port}" };

        await Asked.AskAsync(Asked.Query("{{secret:prometheus/url}}"), secrets);

        Assert.That(server.Requests.Single().Headers["Authorization"], Is.EqualTo(Basic("ann", "passw0rd")));
    }

    [Test]
    public async Task WhenTheDefaultAddressHasAUser_ThenQueriesWithoutAnAddressAreSentWithIt()
    {
        await using var server = new FakeServer(_ => FakeServer.Vector("1"));

        await Asked.AskAsync(
            Asked.Query(null), options: Asked.Options with { DefaultAddress = $"http://ann:passw0rd@127.0.0.1:{server.Port}" });

        Assert.That(server.Requests.Single().Headers["Authorization"], Is.EqualTo(Basic("ann", "passw0rd")));
    }

    [TestCase("http://ann:passw0rd@127.0.0.1:1", "Prometheus at http://127.0.0.1:1 cannot be reached")]
    [TestCase("ftp://ann:passw0rd@127.0.0.1", "is no http or https address")]
    [TestCase("http://ann:passw0rd@", "is no http or https address")]
    public async Task WhenItCannotBeAsked_ThenNoMessageHoldsThePassword(string address, string expected) =>
        Assert.That(await Asked.FaultAsync(Asked.Query(address)), Does.Contain(expected).And.Not.Contain("passw0rd"));

    [Test]
    public async Task WhenTheServerRepeatsThePassword_ThenNoMessageDoes()
    {
        await using var server = new FakeServer(request =>
            FakeServer.Json($$"""{"status":"error","errorType":"x","error":"{{request.Headers["Authorization"]}} passw0rd"}""", 400));
        await using var refusing = new FakeServer(_ => FakeServer.Content("no", 401, "text/plain"));

        Assert.That(
            await Asked.FaultAsync(Asked.Query($"http://ann:passw0rd@127.0.0.1:{server.Port}")),
            Does.Contain("Basic [redacted] [redacted]"));
        Assert.That(
            await Asked.FaultAsync(Asked.Query($"http://ann:passw0rd@127.0.0.1:{refusing.Port}")),
            Does.Contain("it was sent user and password of the address").And.Not.Contain("passw0rd"));
    }
}
