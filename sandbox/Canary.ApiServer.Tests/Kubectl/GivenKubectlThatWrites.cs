using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Kubectl;

[CancelAfter(60_000)]
public sealed class GivenKubectlThatWrites : KubectlFixture
{
    [Test]
    public async Task WhenAFileIsApplied_ThenItIsCreatedThenUnchangedThenConfigured(CancellationToken cancel)
    {
        var created = await OkAsync(Rollout("applied", "1"), cancel, "apply", "-f", "-");
        var unchanged = await OkAsync(Rollout("applied", "1"), cancel, "apply", "-f", "-");
        var configured = await OkAsync(Rollout("applied", "2"), cancel, "apply", "-f", "-");

        const string Name = "rollout.canary.delivery/applied ";
        Assert.That((created.Output, unchanged.Output, configured.Output),
            Is.EqualTo((Name + "created\n", Name + "unchanged\n", Name + "configured\n")));
    }

    [Test]
    public async Task WhenADeploymentIsAppliedAgain_ThenItIsMergedByContainer(CancellationToken cancel)
    {
        await OkAsync(Deployment("merged"), cancel, "apply", "-f", "-");
        await OkAsync(null, cancel, "set", "image", "deployment/merged", "web=nginx:1.29");
        var unchanged = await OkAsync(Deployment("merged").Replace("1.27", "1.28"), cancel, "apply", "-f", "-");

        var image = await OkAsync(null, cancel, "get", "deployment", "merged", "-o", "jsonpath={.spec.template.spec.containers[*].image}");

        Assert.That((unchanged.Output, image.Output), Is.EqualTo(("deployment.apps/merged configured\n", "nginx:1.28")));
    }

    [Test]
    public async Task WhenTwoApplyOnTheServer_ThenTheSecondMeetsAConflictUnlessItForces(CancellationToken cancel)
    {
        await OkAsync(Rollout("owned", "1"), cancel, "apply", "--server-side", "-f", "-");

        var conflict = await Program.RunAsync(Rollout("owned", "2"), cancel, "apply", "--server-side", "--field-manager=other", "-f", "-");
        var forced =
            await OkAsync(Rollout("owned", "2"), cancel, "apply", "--server-side", "--field-manager=other", "--force-conflicts", "-f", "-");

        Assert.That(conflict.ExitCode, Is.EqualTo(1));
        Assert.That(conflict.Errors, Does.Contain("conflict with \"kubectl\": .spec.revision"));
        Assert.That(forced.Output, Is.EqualTo("rollout.canary.delivery/owned serverside-applied\n"));
    }

    [Test]
    public async Task WhenAFileHasAnUnknownField_ThenItIsRefusedByName(CancellationToken cancel)
    {
        var answer = await Program.RunAsync(Rollout("unknown", "1") + "  nope: 1\n", cancel, "apply", "-f", "-");

        Assert.That(answer.ExitCode, Is.EqualTo(1));
        Assert.That(answer.Errors, Does.Contain("unknown field \"spec.nope\""));
    }

    [TestCase("merge", """{"spec":{"paused":true}}""")]
    [TestCase("json", """[{"op":"add","path":"/spec/paused","value":true}]""")]
    public async Task WhenARolloutIsPatched_ThenItSaysSo(string type, string patch, CancellationToken cancel)
    {
        await OkAsync(Rollout("patched-" + type, "1"), cancel, "apply", "-f", "-");

        var answer = await OkAsync(null, cancel, "patch", "rollout", "patched-" + type, "--type", type, "-p", patch);
        var paused = await OkAsync(null, cancel, "get", "rollout", "patched-" + type, "-o", "jsonpath={.spec.paused}");

        Assert.That((answer.Output, paused.Output), Is.EqualTo(($"rollout.canary.delivery/patched-{type} patched\n", "true")));
    }

    [Test]
    public async Task WhenARolloutIsPatchedWithoutAType_ThenTheMessageNamesTheTypesThatGo(CancellationToken cancel)
    {
        await OkAsync(Rollout("untyped", "1"), cancel, "apply", "-f", "-");

        var answer = await Program.RunAsync(null, cancel, "patch", "rollout", "untyped", "-p", """{"spec":{"paused":true}}""");

        Assert.That(answer.Errors,
            Does.Contain("application/strategic-merge-patch+json is not supported by canary.delivery/v1alpha1, Kind=Rollout"));
    }

    [Test]
    public async Task WhenARolloutIsEdited_ThenTheEditIsSaved(CancellationToken cancel)
    {
        await OkAsync(Rollout("edited", "1"), cancel, "apply", "-f", "-");

        var answer = await OkAsync(null, cancel, "edit", "rollout", "edited");
        var paused = await OkAsync(null, cancel, "get", "rollout", "edited", "-o", "jsonpath={.spec.paused}");

        Assert.That((answer.Output, paused.Output), Is.EqualTo(("rollout.canary.delivery/edited edited\n", "true")));
    }

    [Test]
    public async Task WhenARequestIsAnnotated_ThenItIsThere(CancellationToken cancel)
    {
        await OkAsync(Rollout("annotated", "1"), cancel, "apply", "-f", "-");

        var answer = await OkAsync(null, cancel, "annotate", "rollout", "annotated",
            """canary.delivery/request={"id":"1","action":"promote"}""", "--overwrite");
        var request = await OkAsync(null, cancel, "get", "rollout", "annotated", "-o",
            """jsonpath={.metadata.annotations.canary\.delivery/request}""");

        Assert.That((answer.Output, request.Output),
            Is.EqualTo(("rollout.canary.delivery/annotated annotated\n", """{"id":"1","action":"promote"}""")));
    }

    [Test]
    public async Task WhenADeploymentIsScaledAndRestarted_ThenBothAreAccepted(CancellationToken cancel)
    {
        await OkAsync(Deployment("scaled"), cancel, "apply", "-f", "-");

        var scaled = await OkAsync(null, cancel, "scale", "deployment", "scaled", "--replicas=2", "--current-replicas=1");
        var restarted = await OkAsync(null, cancel, "rollout", "restart", "deployment/scaled");

        Assert.That((scaled.Output, restarted.Output),
            Is.EqualTo(("deployment.apps/scaled scaled\n", "deployment.apps/scaled restarted\n")));
    }

    [Test]
    public async Task WhenADeploymentHasRolledOut_ThenRolloutStatusSaysSo(CancellationToken cancel)
    {
        await OkAsync(Deployment("rolled"), cancel, "apply", "-f", "-");
        const string Status =
            """{"status":{"observedGeneration":1,"replicas":1,"updatedReplicas":1,"readyReplicas":1,"availableReplicas":1}}""";
        await OkAsync(null, cancel, "patch", "deployment", "rolled", "--subresource", "status", "--type", "merge", "-p", Status);

        var answer = await OkAsync(null, cancel, "rollout", "status", "deployment/rolled", "--timeout=20s");

        Assert.That(answer.Output, Is.EqualTo("deployment \"rolled\" successfully rolled out\n"));
    }

    [Test]
    public async Task WhenAConditionIsWaitedFor_ThenTheWatchSeesIt(CancellationToken cancel)
    {
        await OkAsync(Rollout("awaited", "1"), cancel, "apply", "-f", "-");
        var waiting = OkAsync(null, cancel, "wait", "--for=jsonpath={.status.phase}=Healthy", "rollout/awaited", "--timeout=20s");
        await Task.Delay(500, cancel);

        await OkAsync(null, cancel, "patch", "rollout", "awaited", "--subresource", "status", "--type", "merge", "-p",
            """{"status":{"phase":"Healthy"}}""");

        Assert.That((await waiting).Output, Is.EqualTo("rollout.canary.delivery/awaited condition met\n"));
    }

    [Test]
    public async Task WhenADifferenceIsAskedFor_ThenItIsShownAndNothingIsWritten(CancellationToken cancel)
    {
        await OkAsync(Rollout("compared", "1"), cancel, "apply", "-f", "-");

        var different = await Program.RunAsync(Rollout("compared", "2"), cancel, "diff", "-f", "-");
        var onServer = await Program.RunAsync(Rollout("compared", "2"), cancel, "diff", "--server-side", "--force-conflicts", "-f", "-");
        var same = await OkAsync(Rollout("compared", "1"), cancel, "diff", "-f", "-");

        Assert.That((different.ExitCode, onServer.ExitCode, same.Output), Is.EqualTo((1, 1, "")));
        Assert.That(different.Output,
            Does.Contain("-  revision: \"1\"\n+  revision: \"2\"").And.Contain("-  generation: 1\n+  generation: 2"));
    }

    [Test]
    public async Task WhenAFileIsCreatedAndReplaced_ThenBothAreSaid(CancellationToken cancel)
    {
        var dry = await OkAsync(Rollout("replaced", "1"), cancel, "create", "--dry-run=server", "-f", "-");
        var created = await OkAsync(Rollout("replaced", "1"), cancel, "create", "-f", "-");
        var replaced = await OkAsync(Rollout("replaced", "2"), cancel, "replace", "-f", "-");

        const string Name = "rollout.canary.delivery/replaced ";
        Assert.That((dry.Output, created.Output, replaced.Output),
            Is.EqualTo((Name + "created (server dry run)\n", Name + "created\n", Name + "replaced\n")));
    }

    [Test]
    public async Task WhenOneIsDeleted_ThenItIsGoneWhenTheCommandReturns(CancellationToken cancel)
    {
        await OkAsync(Rollout("deleted", "1"), cancel, "apply", "-f", "-");

        var answer = await OkAsync(null, cancel, "delete", "rollout", "deleted");
        var after = await Program.RunAsync(null, cancel, "get", "rollout", "deleted");

        Assert.That(answer.Output, Is.EqualTo("rollout.canary.delivery \"deleted\" deleted\n"));
        Assert.That(after.ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task WhenADeploymentIsDeletedInTheForeground_ThenTheCommandIsContent(CancellationToken cancel)
    {
        await OkAsync(Deployment("foreground"), cancel, "apply", "-f", "-");

        var answer = await OkAsync(null, cancel, "delete", "deployment", "foreground", "--cascade=foreground");

        Assert.That(answer.Output, Is.EqualTo("deployment.apps \"foreground\" deleted\n"));
    }

    [Test]
    public async Task WhenANamespaceIsDeleted_ThenWhatIsInItGoesToo(CancellationToken cancel)
    {
        await OkAsync("apiVersion: v1\nkind: Namespace\nmetadata: { name: passing }\n", cancel, "apply", "-f", "-");
        await OkAsync(Rollout("inside", "1"), cancel, "apply", "-n", "passing", "-f", "-");

        await OkAsync(null, cancel, "delete", "namespace", "passing", "--timeout=20s");
        var after = await Program.RunAsync(null, cancel, "get", "rollout", "inside", "-n", "passing");

        Assert.That(after.Errors, Does.Contain("NotFound"));
    }

    // These commands send protobuf and try nothing else.
    [TestCase("create namespace made", "namespace/made created\n")]
    [TestCase("create configmap made --from-literal=a=b", "configmap/made created\n")]
    [TestCase("create secret generic made --from-literal=a=b", "secret/made created\n")]
    [TestCase("create serviceaccount made", "serviceaccount/made created\n")]
    [TestCase("create deployment made --image=nginx:1.27 --replicas=2 --port=80", "deployment.apps/made created\n")]
    [TestCase("auth can-i patch rollouts", "yes\n")]
    public async Task WhenAGeneratorIsUsed_ThenItsObjectIsCreated(string command, string output, CancellationToken cancel)
    {
        var answer = await OkAsync(null, cancel, command.Split(' '));

        Assert.That(answer.Output, Is.EqualTo(output));
    }

    [Test]
    public async Task WhenTheUserAsksWhoTheyAre_ThenTheyAreTold(CancellationToken cancel)
    {
        var answer = await OkAsync(null, cancel, "auth", "whoami");

        Assert.That(answer.Output, Does.Match("Username +admin").And.Match(@"Groups +\[system:masters system:authenticated\]"));
    }
}
