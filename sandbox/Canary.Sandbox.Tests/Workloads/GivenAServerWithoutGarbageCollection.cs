using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Garbage;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Workloads;

public sealed class GivenAServerWithoutGarbageCollection
{
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";
    private const string Sets = "/apis/apps/v1/namespaces/default/replicasets";
    private const string Owned =
        """{"metadata":{"name":"rs","namespace":"default","uid":"r1","resourceVersion":"5","ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"d","uid":"d1","blockOwnerDeletion":true},{"apiVersion":"v1","kind":"Strange","name":"s","uid":"s1"}]}}""";
    private const string OwnedByOne =
        """{"metadata":{"name":"rs","namespace":"default","uid":"r1","ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"d","uid":"d1"}]}}""";
    private static readonly ObjectName Deployment = new("default", "d");
    private static readonly ObjectName Set = new("default", "rs");

    private static string List(string items) =>
        $$"""{"kind":"ReplicaSetList","apiVersion":"apps/v1","metadata":{"resourceVersion":"9"},"items":[{{items}}]}""";

    private static string Leaving(string finalizer) =>
        $$$"""{"metadata":{"name":"d","namespace":"default","uid":"d1","resourceVersion":"7","deletionTimestamp":"2026-01-01T00:00:00Z","finalizers":["{{{finalizer}}}","keep.example/it"]}}""";

    [Test]
    public async Task WhenTheOnlyOwnerIsGone_ThenTheObjectIsDeletedByItsUid()
    {
        await using var api = await ScriptedApi.StartAsync(($"{Sets}/rs", OwnedByOne));

        await new OwnedReconciler(api.Client, KnownKinds.ReplicaSets).ReconcileAsync(Set, default);

        Assert.That(api.Writes,
            Is.EqualTo(new[] { $$$"""DELETE {{{Sets}}}/rs {"propagationPolicy":"Background","preconditions":{"uid":"r1"}}""" }));
    }

    [Test]
    public async Task WhenAnotherObjectHasTheNameOfTheOwner_ThenTheOwnerIsGoneAllTheSame()
    {
        await using var api = await ScriptedApi.StartAsync(($"{Sets}/rs", OwnedByOne),
            ($"{Deployments}/d", """{"metadata":{"name":"d","namespace":"default","uid":"d2"}}"""));

        await new OwnedReconciler(api.Client, KnownKinds.ReplicaSets).ReconcileAsync(Set, default);

        Assert.That(api.Writes, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WhenOneOwnerIsOfAKindThatIsNotKnown_ThenTheObjectStays()
    {
        await using var api = await ScriptedApi.StartAsync(($"{Sets}/rs", Owned));

        await new OwnedReconciler(api.Client, KnownKinds.ReplicaSets).ReconcileAsync(Set, default);

        Assert.That(api.Writes, Is.Empty);
    }

    [Test]
    public async Task WhenAnOwnerWaitsForItsDependents_ThenTheyGoFirstAndItsFinalizerThen()
    {
        await using var api = await ScriptedApi.StartAsync(($"{Deployments}/d", Leaving("foregroundDeletion")), (Sets, List(Owned)));
        var reconciler = new PropagationReconciler(api.Client, KnownKinds.Deployments, [KnownKinds.ReplicaSets]);

        var again = await reconciler.ReconcileAsync(Deployment, default);
        api.Set(Sets, List(""));
        await reconciler.ReconcileAsync(Deployment, default);

        Assert.That(again, Is.Not.Null);
        Assert.That(api.Writes, Is.EqualTo(new[]
        {
            $$$"""DELETE {{{Sets}}}/rs {"propagationPolicy":"Foreground","preconditions":{"uid":"r1"}}""",
            $$$"""PATCH {{{Deployments}}}/d {"metadata":{"resourceVersion":"7","finalizers":["keep.example/it"]}}""",
        }));
    }

    [Test]
    public async Task WhenAnOwnerOrphansItsDependents_ThenTheyLoseItAndKeepTheOthers()
    {
        await using var api = await ScriptedApi.StartAsync(($"{Deployments}/d", Leaving("orphan")), (Sets, List(Owned)));

        await new PropagationReconciler(api.Client, KnownKinds.Deployments, [KnownKinds.ReplicaSets]).ReconcileAsync(Deployment, default);

        Assert.That(api.Writes, Is.EqualTo(new[]
        {
            $$$"""PATCH {{{Sets}}}/rs {"metadata":{"resourceVersion":"5","ownerReferences":[{"apiVersion":"v1","kind":"Strange","name":"s","uid":"s1"}]}}""",
            $$$"""PATCH {{{Deployments}}}/d {"metadata":{"resourceVersion":"7","finalizers":["keep.example/it"]}}""",
        }));
    }
}
