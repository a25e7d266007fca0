using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Secrets;
using NUnit.Framework;

namespace Canary.Providers.Tests.Metrics;

/// <summary>What a server answers lands in statuses, Events and logs: a line of it is enough.</summary>
public sealed class GivenAServerThatSaysMuch
{
    private static readonly string Much = JsonSerializer.Serialize("first line\u001b[2J of it\nsecond line\n" + new string('x', 100_000));

    private static readonly string[] Replies =
    [
        FakeServer.Json($$"""{"status":"error","errorType":"bad_data","error":{{Much}}}""", 400),
        FakeServer.Json($$"""{"status":"error","errorType":"execution","error":{{Much}}}""", 422),
        FakeServer.Json($$"""{"status":"error","errorType":{{Much}},"error":{{Much}}}""", 500),
        FakeServer.Json($$"""{"status":"success","data":{"resultType":{{Much}} ,"result":[]} }"""),
        FakeServer.Json($$"""{"status":"success","data":{"resultType":"scalar","result":[{{Much}} ,1]} }"""),
        FakeServer.Content($"<html><title>first line\n{new string('x', 1_500)}</title></html>", 200, "text/html"),
        FakeServer.Content("x", 500, "text/" + new string('x', 5_000)),
        $"HTTP/1.1 302 X\r\nLocation: /{new string('x', 5_000)}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    ];

    [TestCaseSource(nameof(Replies))]
    public async Task WhenItIsRepeated_ThenItIsOneBoundedLine(string reply)
    {
        await using var server = new FakeServer(_ => reply);

        var fault = await Asked.FaultAsync(Asked.Query(server.Address));

        Assert.That(fault, Has.Length.LessThan(700));
        Assert.That(fault.Where(char.IsControl), Is.Empty);
    }

    [Test]
    public async Task WhenATokenEndpointRefuses_ThenItsErrorIsOneBoundedLine()
    {
        await using var server = new FakeServer(_ => FakeServer.Json($$"""{"error":{{Much}}}""", 400));
        var oauth = new MetricAuthentication.OAuth2($"{server.Address}/token", new SecretValue.Plain("c"), new SecretValue.Plain("s"), []);

        var fault = await Asked.FaultAsync(Asked.Query("http://prometheus.invalid") with { Authentication = oauth });

        Assert.That(fault, Has.Length.LessThan(500).And.Contains("first line"));
        Assert.That(fault.Where(char.IsControl), Is.Empty);
    }

    [Test]
    public async Task WhenWarningsComeAlong_ThenTenOfOneLineAreKept()
    {
        await using var server = new FakeServer(_ => FakeServer.Json(
            $$"""{"status":"success","data":{"resultType":"vector","result":[]},"warnings":[{{string.Join(',', Enumerable.Repeat(Much, 30))}}]}"""));

        var warnings = ((MetricAnswer.Vector)await Asked.AskAsync(Asked.Query(server.Address))).Warnings;

        Assert.That(warnings, Has.Count.EqualTo(10));
        Assert.That(warnings, Is.All.EqualTo("first line[2J of it"));
    }
}
