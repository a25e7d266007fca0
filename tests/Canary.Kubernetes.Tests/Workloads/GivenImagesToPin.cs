using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.StableCopy;
using Canary.Kubernetes.Tests.Api;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

/// <summary>What the analysed pods run is what stable pulls, whatever its tag means by then.</summary>
public sealed class GivenImagesToPin : OneWorkload
{
    private static readonly string One = "sha256:" + new string('1', 64);
    private static readonly string Two = "sha256:" + new string('2', 64);

    [Test]
    public async Task WhenATemplateIsPromoted_ThenTheCopyHasTheDigestOfItsPods_AndBothSidesAreOfOneRevision()
    {
        var (result, revision) = await PromoteAsync("registry.example.com/checkout@" + One);
        var copy = Get(KnownKinds.Deployments, "checkout-stable");

        Assert.Multiple(() =>
        {
            Assert.That(result, Is.EqualTo(new WriteResult.Applied(1)));
            Assert.That(Image(copy), Is.EqualTo("registry.example.com/checkout:2.0.0@" + One));
            Assert.That(ObserveAsync().Result.First.Revision, Is.EqualTo(revision));
            Assert.That(Image(Get(KnownKinds.Deployments, "checkout")), Is.EqualTo("registry.example.com/checkout:2.0.0"));
        });
    }

    [TestCase("sha256:aaaa", "no pod says by which digest")]
    [TestCase("mirror.example.com/checkout@ONE", "it says mirror.example.com/checkout")]
    [TestCase("registry.example.com/checkout@ONE,registry.example.com/checkout@TWO", "from 2 images")]
    public async Task WhenTheDigestIsNotTheOneOfAllPods_ThenTheTagStays_AndItSaysSo(string ids, string said)
    {
        var (result, revision) = await PromoteAsync(ids.Replace("ONE", One, System.StringComparison.Ordinal)
            .Replace("TWO", Two, System.StringComparison.Ordinal).Split(','));

        Assert.That(((WriteResult.Applied)result).Note, Does.StartWith("images are not pinned: ").And.Contain(said));
        Assert.That(Image(Get(KnownKinds.Deployments, "checkout-stable")), Is.EqualTo("registry.example.com/checkout:2.0.0"));
        Assert.That((await ObserveAsync()).First.Revision, Is.EqualTo(revision));
    }

    [TestCase("REVISION=ONE", true, TestName = "Its_pods_end_slowly")]
    [TestCase("REVISION=ONE,older=TWO", true, TestName = "Pods_of_an_older_version_end_too")]
    [TestCase("renamed=ONE", true, TestName = "The_revision_has_another_name_by_now")]
    [TestCase("a=ONE,b=TWO", false, TestName = "Nobody_knows_which")]
    [TestCase("", false, TestName = "None_is_left")]
    public async Task WhenTheCopyIsDeletedByMistake_ThenItIsMadeAgainFromTheImagesThatItsPodsRun(string left, bool isPinned)
    {
        var (_, revision) = await PromoteAsync("registry.example.com/checkout@" + One);
        var template = Get(KnownKinds.Deployments, "checkout-stable")["spec"]!["template"]!;
        // Those of the canary tell it too, as long as they run.
        foreach (var analysed in _shop.Cluster.List(KnownKinds.Pods).Select(Json.Name).ToArray())
            _shop.Cluster.Delete(KnownKinds.Pods, "shop", analysed);
        foreach (var (label, digest) in left.Split(',', System.StringSplitOptions.RemoveEmptyEntries)
            .Select(one => (one.Split('=')[0], one.EndsWith("ONE", System.StringComparison.Ordinal) ? One : Two)))
        {
            var pod = (JsonObject)template.DeepClone();
            pod["metadata"]!["name"] = $"checkout-stable-{label.ToLowerInvariant()}";
            pod["metadata"]!["namespace"] = "shop";
            pod["metadata"]!["labels"]!["canary.delivery/revision"] = label == "REVISION" ? revision : label;
            pod["spec"]!["containers"]![0]!["image"] = "registry.example.com/checkout:2.0.0@" + digest;
            _shop.Cluster.Put(KnownKinds.Pods, pod);
        }

        _shop.Cluster.Delete(KnownKinds.Deployments, "shop", "checkout-stable");
        await Eventually.ThatAsync(() => _shop.Caches.Deployments.Cache.Get(new ObjectName("shop", "checkout-stable")) is null,
            "it is gone");

        var result = await ArrangeAsync(new CopyLevels(StableServing.Neither, 3, null, revision));

        Assert.That(result, Is.TypeOf<WriteResult.Applied>());
        Assert.That(Image(Get(KnownKinds.Deployments, "checkout-stable")),
            Is.EqualTo("registry.example.com/checkout:2.0.0" + (isPinned ? "@" + One : "")));
        Assert.That((await ObserveAsync()).First.Revision, Is.EqualTo(revision));
    }

    [TestCase("nginx:1.27", "docker.io/library/nginx@ONE", true)]
    [TestCase("nginx:1.27", "docker-pullable://nginx@ONE", true)]
    [TestCase("bitnami/nginx", "docker.io/bitnami/nginx@ONE", true)]
    [TestCase("localhost:5000/nginx:1", "localhost:5000/nginx@ONE", true)]
    [TestCase("nginx:1.27", "docker.io/bitnami/nginx@ONE", false)]
    [TestCase("nginx:1.27", "", false)]
    public void WhenARuntimeWritesItInItsOwnWay_ThenItIsTheSameRepository(string image, string id, bool isPinned)
    {
        var template = Yaml.Object($"{{ spec: {{ containers: [{{ name: app, image: \"{image}\" }}] }} }}");

        var images = PinnedImages.Read(template, [Pod("a", image, id.Replace("ONE", One, System.StringComparison.Ordinal))]);

        Assert.That(images.Images.GetValueOrDefault("app"), Is.EqualTo(isPinned ? $"{image}@{One}" : null));
        Assert.That(images.Problem is null, Is.EqualTo(isPinned));
    }

    [TestCase("registry.example.com/checkout@ONE,registry.example.com/checkout@ONE", "registry.example.com/checkout:1.0.0@ONE", null)]
    [TestCase("registry.example.com/checkout@ONE,registry.example.com/checkout@TWO", "registry.example.com/checkout:1.0.0",
        "from 2 images")]
    [TestCase("", "registry.example.com/checkout:1.0.0", "no pod says by which digest")]
    public async Task WhenItIsTakenOver_ThenTheCopyHasTheDigestThatRuns_OrItSaysWhyNot(string ids, string image, string? said)
    {
        await StartAsync(rollout: Rollout.Replace("workload: { name: checkout }", "workload: { name: checkout, pinImages: true }"));
        foreach (var (id, index) in Digests(ids).Split(',').Select((id, index) => (id, index)))
            _shop.Cluster.Put(KnownKinds.Pods, Pod($"checkout-{index}", "registry.example.com/checkout:1.0.0", id));
        await ArrangeAsync(new CopyLevels(StableServing.Workload, null, null, null) { IsCopyWanted = false });

        var result = await ArrangeAsync(Copying);
        var isPinned = Image(Get(KnownKinds.Deployments, "checkout-stable"));
        var seen = await ObserveAsync();
        var again = await ArrangeAsync(Copying);

        Assert.Multiple(() =>
        {
            Assert.That(isPinned, Is.EqualTo(Digests(image)));
            Assert.That(((WriteResult.Applied)result).Note, said is null ? Is.Null : Does.Contain(said));
            Assert.That(seen.First.Revision, Is.EqualTo(seen.Second.Revision), "the digest is no part of the version");
            Assert.That(again, Is.EqualTo(new WriteResult.Applied(0)));
        });
    }

    [Test]
    public async Task WhenTheWorkloadChangesDuringTheTakeover_ThenTheCopyFollowsByDigest()
    {
        await StartAsync(rollout: Rollout.Replace("workload: { name: checkout }", "workload: { name: checkout, pinImages: true }"));
        await ArrangeAsync(Copying);
        Change("checkout", document =>
            document["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "registry.example.com/checkout:2.0.0");
        _shop.Cluster.Put(KnownKinds.Pods,
            Pod("checkout-0", "registry.example.com/checkout:2.0.0", "registry.example.com/checkout@" + Two));
        await CaughtUpAsync();

        await ArrangeAsync(Copying);

        Assert.That(Image(Get(KnownKinds.Deployments, "checkout-stable")), Is.EqualTo("registry.example.com/checkout:2.0.0@" + Two));
    }

    private static string Digests(string text) => text.Replace("ONE", One, System.StringComparison.Ordinal)
        .Replace("TWO", Two, System.StringComparison.Ordinal);

    private async Task<(WriteResult Result, string Revision)> PromoteAsync(params string[] ids)
    {
        await StartAsync();
        _shop.Cluster.Put(KnownKinds.Rollouts, Rollout.Replace("workload: { name: checkout }",
            "workload: { name: checkout, pinImages: true }", System.StringComparison.Ordinal));
        await _shop.CaughtUpAsync(KnownKinds.Rollouts, "checkout");
        await ArrangeAsync(Copying);
        Change("checkout", document =>
            document["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "registry.example.com/checkout:2.0.0");
        await CaughtUpAsync();
        foreach (var (id, index) in ids.Select((id, index) => (id, index)))
            _shop.Cluster.Put(KnownKinds.Pods, Pod($"checkout-{index}", "registry.example.com/checkout:2.0.0", id));
        _shop.Cluster.Put(KnownKinds.Pods, Pod("old", "registry.example.com/checkout:1.0.0", "registry.example.com/checkout@" + Two));
        var seen = await ObserveAsync();
        var status = RolloutStatus.New with { RevisionScheme = seen.Scheme, Accepted = _shop.Snapshot().Spec };
        var result = await Workloads.PromoteTemplateAsync(_shop.Snapshot() with { Status = status }, _shop.Traffic(), Side.NamedCanary,
            seen.Second.Revision!, new Claim("rollout-1", 1, 1), A.Limit());
        await CaughtUpAsync();
        return (result, seen.Second.Revision!);
    }

    private static JsonObject Pod(string name, string image, string id) => Yaml.Object($$"""
        metadata: { name: {{name}}, namespace: shop, labels: { app: checkout } }
        spec: { containers: [{ name: app, image: "{{image}}" }] }
        status: { containerStatuses: [{ name: app, imageID: "{{id}}" }] }
        """);

    private static string? Image(JsonObject deployment) =>
        Json.Objects(deployment, "spec", "template", "spec", "containers").Select(one => Json.Text(one, "image")).First();
}
