using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Kubectl;

[CancelAfter(60_000)]
public sealed class GivenKubectlThatReads : KubectlFixture
{
    [Test]
    public async Task WhenRolloutsAreListed_ThenTheColumnsOfTheDefinitionAreThere(CancellationToken cancel)
    {
        await OkAsync(Rollout("listed", "1"), cancel, "apply", "-f", "-");
        await OkAsync(null, cancel, "patch", "rollout", "listed", "--subresource", "status", "--type", "merge", "-p",
            """{"status":{"phase":"Progressing","message":"step 1 of 2"}}""");

        var answer = await OkAsync(null, cancel, "get", "rollouts", "listed");

        Assert.That(answer.Lines[0], Does.Match("^NAME +PHASE +STEP +WEIGHT +REVISION +MESSAGE +AGE$"));
        Assert.That(answer.Lines[1], Does.Match("^listed +Progressing +.*step 1 of 2 +[0-9]+s$"));
    }

    [Test]
    public async Task WhenOneIsPrintedAsYaml_ThenItIsTheWholeObject(CancellationToken cancel)
    {
        await OkAsync(Rollout("printed", "1"), cancel, "apply", "-f", "-");

        var answer = await OkAsync(null, cancel, "get", "rollout", "printed", "-o", "yaml");

        Assert.That(answer.Output,
            Does.StartWith("apiVersion: canary.delivery/v1alpha1\nkind: Rollout\n").And.Contain(
                "kubectl.kubernetes.io/last-applied-configuration").And.Contain("setWeight: 5"));
    }

    [Test]
    public async Task WhenNamesAndLabelsAreAskedFor_ThenTheOnesOfAllNamespacesAreFound(CancellationToken cancel)
    {
        await OkAsync(Rollout("labelled", "1"), cancel, "apply", "-f", "-");
        await OkAsync(null, cancel, "label", "rollout", "labelled", "a=b");

        var answer = await OkAsync(null, cancel, "get", "rollouts", "-A", "-l", "a=b", "-o", "name");

        Assert.That(answer.Output, Is.EqualTo("rollout.canary.delivery/labelled\n"));
    }

    [Test]
    public async Task WhenOneIsDescribed_ThenItsSpecAndEventsAreShown(CancellationToken cancel)
    {
        await OkAsync(Rollout("described", "1"), cancel, "apply", "-f", "-");
        await OkAsync(
            """
            apiVersion: v1
            kind: Event
            metadata: { name: described.1, namespace: default }
            involvedObject: { apiVersion: canary.delivery/v1alpha1, kind: Rollout, name: described, namespace: default, uid: UID }
            reason: Promoted
            message: weight 20
            type: Normal
            source: { component: canary }
            firstTimestamp: "2020-01-01T00:00:00Z"
            lastTimestamp: "2020-01-01T00:00:00Z"
            count: 1

            """.Replace("UID", (await OkAsync(null, cancel, "get", "rollout", "described", "-o", "jsonpath={.metadata.uid}")).Output),
            cancel,
            "create",
            "-f",
            "-");

        var described = await OkAsync(null, cancel, "describe", "rollout", "described");
        var events = await OkAsync(null, cancel, "events", "--for", "rollout/described");

        Assert.That(described.Output, Does.Contain("Set Weight:  5").And.Match(@"Normal +Promoted +\S+ +canary +weight 20"));
        Assert.That(events.Lines[1], Does.Match(@"Normal +Promoted +Rollout/described +weight 20"));
    }

    [Test]
    public async Task WhenAFieldIsExplained_ThenItsDescriptionIsShown(CancellationToken cancel)
    {
        var answer = await OkAsync(null, cancel, "explain", "rollout.spec.strategy");

        Assert.That(answer.Output,
            Does.StartWith("GROUP:      canary.delivery\nKIND:       Rollout\nVERSION:    v1alpha1\n").And.Contain(
                "FIELD: strategy <Object>").And.Contain("canary\t<Object>"));
    }

    [Test]
    public async Task WhenABuiltInFieldIsExplained_ThenItIsKnownToo(CancellationToken cancel)
    {
        var answer = await OkAsync(null, cancel, "explain", "deployment.spec.template.spec.containers");

        Assert.That(answer.Output, Does.Contain("KIND:       Deployment").And.Contain("image\t<string>"));
    }

    [Test]
    public async Task WhenTheResourcesOfTheGroupAreListed_ThenNamesAndScopesAreRight(CancellationToken cancel)
    {
        var answer = await OkAsync(null, cancel, "api-resources", "--api-group=canary.delivery");

        Assert.That(answer.Output,
            Does.Match(@"rollouts +\S* +canary.delivery/v1alpha1 +true +Rollout").And.Match(
                @"clusteranalysistemplates +\S* +canary.delivery/v1alpha1 +false +ClusterAnalysisTemplate"));
    }

    [Test]
    public async Task WhenTheCategoryIsAskedFor_ThenEveryKindOfItIsListed(CancellationToken cancel)
    {
        await OkAsync(Rollout("of-category", "1"), cancel, "apply", "-f", "-");

        var answer = await OkAsync(null, cancel, "get", "canary", "-o", "name");

        Assert.That(answer.Output, Does.Contain("rollout.canary.delivery/of-category"));
    }

    [TestCase("rollout", "nope", "Error from server (NotFound): rollouts.canary.delivery \"nope\" not found\n")]
    [TestCase("nopes", "x", "error: the server doesn't have a resource type \"nopes\"\n")]
    public async Task WhenSomethingIsNotThere_ThenTheMessageSaysWhat(string kind, string name, string message, CancellationToken cancel)
    {
        var answer = await Program.RunAsync(null, cancel, "get", kind, name);

        Assert.That((answer.ExitCode, answer.Errors), Is.EqualTo((1, message)));
    }

    [Test]
    public async Task WhenTheVersionIsAskedFor_ThenTheServerHasOne(CancellationToken cancel)
    {
        var answer = await OkAsync(null, cancel, "version");

        Assert.That(answer.Output, Does.Contain("Server Version: v1.32"));
    }

    [Test]
    public async Task WhenOneIsWatched_ThenEachChangeIsALine(CancellationToken cancel)
    {
        await OkAsync(Rollout("watched", "1"), cancel, "apply", "-f", "-");

        var lines = await Program.FollowAsync(
            3,
            () => OkAsync(null, cancel, "patch", "rollout", "watched", "--subresource", "status", "--type", "merge", "-p",
                """{"status":{"phase":"Paused"}}"""),
            cancel,
            "get",
            "rollout",
            "watched",
            "-w");

        Assert.That(lines[0], Does.StartWith("NAME"));
        Assert.That(lines[2], Does.Match("^watched +Paused "));
    }
}
