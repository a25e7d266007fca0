using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Policies;

/// <summary>undo, rollbackTo, restart and scale need a verb of their own; promote allows all but scale. By the policy that is
/// deployed.</summary>
public sealed class GivenRequestsAboutAService
{
    private const string Annotation = "canary.delivery/request";

    private static readonly string[] Actions = ["promote", "abort", "undo", "rollbackTo", "restart", "scale"];

    private PolicyCluster _cluster = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _cluster = await PolicyCluster.StartAsync("deploy/base/admission.yaml", CancellationToken.None);

    [OneTimeTearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [TestCase("undo-user", "undo rollbackTo")]
    [TestCase("restart-user", "restart")]
    [TestCase("scale-user", "scale")]
    [TestCase("promoter-user", "promote abort undo rollbackTo restart")]
    [TestCase("aborter-user", "abort")]
    [TestCase("patcher-user", "")]
    [TestCase("edit-user", "promote abort undo rollbackTo restart scale")]
    public async Task WhenAPersonAsks_ThenTheVerbDecides(string user, string allowed)
    {
        foreach (var action in Actions)
        {
            var (status, said) = await AskAsync(user, $$"""{"id":"1","action":"{{action}}"{{Details(action)}},"by":"{{user}}"}""");

            Assert.That(status, Is.EqualTo(allowed.Split(' ').Contains(action) ? 200 : 422), $"{action}: {said}");
            if (status != 200)
                Assert.That(said, Does.Contain("needs the verb promote (or update)").And.Contain("scale need the verb of their name"));
        }
    }

    [TestCase("undo-user", """{"id":"1","action":"restart","by":"undo-user","reason":"undo"}""")]
    [TestCase("undo-user", """{"id":"1","action":"undo","action":"scale","replicas":0,"by":"undo-user"}""")]
    [TestCase("scale-user", """{"id":"1","action":"scale","replicas":-1,"by":"scale-user"}""")]
    [TestCase("scale-user", """{"id":"1","action":"scale","replicas":1,"replicas":0,"by":"scale-user"}""")]
    [TestCase("scale-user", """{"id":"1","action":"scale","replicas":"0","by":"scale-user"}""")]
    [TestCase("restart-user", """{"id":"1","action":"restart","by":"promoter-user"}""")]
    [TestCase("undo-user", """{"id":"1","action":"rollbackTo","to":"a","to":"b","by":"undo-user"}""")]
    public async Task WhenARequestHidesAnother_ThenItIsRefused(string user, string text) =>
        Assert.That((await AskAsync(user, text)).Status, Is.EqualTo(422));

    [TestCase("undo-user")]
    [TestCase("restart-user")]
    [TestCase("scale-user")]
    public async Task WhenItStands_ThenNoneOfTheseVerbsTakesAnAbortAway(string user)
    {
        var standing = new JsonObject { [Annotation] = """{"id":"9","action":"abort","by":"admin"}""" };

        var (status, said) = await _cluster.AskAsync(user, standing, Patch(null), CancellationToken.None);

        Assert.That(status, Is.EqualTo(422), said.ToJsonString());
    }

    private async Task<(int Status, string Message)> AskAsync(string user, string text)
    {
        var (status, said) = await _cluster.AskAsync(user, [], Patch(text), CancellationToken.None);
        return (status, said["message"]?.ToString() ?? "");
    }

    private static string Details(string action) => action switch
    {
        "rollbackTo" => ",\"to\":\"6f7c9d0001\"",
        "scale" => ",\"replicas\":0",
        _ => "",
    };

    private static JsonObject Patch(string? request) =>
        new() { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Annotation] = request } } };
}
