using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts.StableCopy;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

/// <summary>Labels that Canary alone gives to pods: others do not write them, and Canary gives them to no pod that it did not
/// see.</summary>
public sealed class GivenLabelsThatCanaryWrites : OneWorkload
{
    [TestCase("labels", "canary.delivery/serves: checkout")]
    [TestCase("labels", "canary.delivery/serves: other")]
    [TestCase("labels", "canary.delivery/workload: checkout")]
    [TestCase("labels", "canary.delivery/revision: abc")]
    [TestCase("labels", "canary.delivery/side: stable")]
    [TestCase("annotations", "canary.delivery/pinned-images: '{}'")]
    [TestCase("annotations", "canary.delivery/anti-affinity: preferred")]
    public async Task WhenTheTemplateHasOne_ThenTheServiceIsNotTakenOver_AndTheFieldIsNamed(string field, string label)
    {
        await StartAsync(With(field, label));

        var problem = (await ObserveAsync()).Problems.Single();
        var arranged = await ArrangeAsync(Copying);

        Assert.Multiple(() =>
        {
            Assert.That(problem.Path, Is.EqualTo("spec.workload.name"));
            Assert.That(problem.Message, Does.Contain($"spec.template.metadata.{field}").And.Contain(label.Split(':')[0]));
            Assert.That(arranged, Is.InstanceOf<WriteResult.Refused>());
            Assert.That(_shop.Cluster.List(KnownKinds.Deployments).Select(Json.Name), Is.EqualTo(new[] { "checkout" }));
        });
    }

    [Test]
    public async Task WhenItIsTakenOutOfTheTemplate_ThenItGoesOn()
    {
        await StartAsync(With("labels", "canary.delivery/serves: checkout"));
        await ArrangeAsync(Copying);
        Change("checkout", document =>
            ((JsonObject)document["spec"]!["template"]!["metadata"]!["labels"]!).Remove("canary.delivery/serves"));
        await CaughtUpAsync();

        var arranged = await ArrangeAsync(Copying);

        Assert.That((await ObserveAsync()).Problems, Is.Empty);
        Assert.That(arranged, Is.InstanceOf<WriteResult.Applied>());
    }

    [Test]
    public async Task WhenTheTemplateSaysThatItIsTheCanary_ThenThatIsSo()
    {
        await StartAsync(With("labels", "canary.delivery/side: canary"));

        Assert.That((await ObserveAsync()).Problems, Is.Empty);
    }

    [Test]
    public async Task WhenTheTemplateGetsOneLater_ThenTheRolloutIsHeld_AndThePodsLoseItAllTheSame()
    {
        await StartAsync(rollout: TakenOver);
        await ServeFromTheCopyAsync(isStarted: true);
        Change("checkout", document =>
        {
            document["spec"]!["template"]!["metadata"]!["labels"]!["canary.delivery/serves"] = "checkout";
            document["spec"]!["replicas"] = 1;
        });
        BeReady("checkout");
        PutPod("checkout-1", "app: checkout, team: payments, canary.delivery/serves: checkout");
        await CaughtUpAsync();

        var problem = (await ObserveAsync()).Problems.Single();
        var arranged = await ArrangeAsync(new CopyLevels(StableServing.Copy, null, null, "one"));

        Assert.That(problem.Message, Does.Contain("canary.delivery/serves"));
        Assert.That(arranged, Is.InstanceOf<WriteResult.Applied>());
        Assert.That(Labels(Get(KnownKinds.Pods, "checkout-1"), "metadata", "labels").Keys, Does.Not.Contain("canary.delivery/serves"));
    }

    [Test]
    public async Task WhenAPodIsMadeAgainUnderTheSameName_ThenItGetsNoLabelsOfTheOldOne()
    {
        await StartAsync();
        await ArrangeAsync(Copying);
        PutPod("checkout-1", "app: checkout, team: payments");
        var isReplaced = false;
        _shop.Cluster.Refusal = (request, _) =>
        {
            if (!request.Path.Value!.Contains("/pods/") || isReplaced) return null;
            isReplaced = true;
            PutPod("checkout-1", "app: checkout, team: other");
            return null;
        };

        var stale = await ArrangeAsync(Copying);
        var labels = Labels(Get(KnownKinds.Pods, "checkout-1"), "metadata", "labels").Keys.ToArray();
        await ArrangeAsync(Copying);

        Assert.Multiple(() =>
        {
            Assert.That(isReplaced, Is.True);
            Assert.That(stale, Is.InstanceOf<WriteResult.Contended>());
            Assert.That(labels, Does.Not.Contain("canary.delivery/revision"));
            Assert.That(Labels(Get(KnownKinds.Pods, "checkout-1"), "metadata", "labels").Keys, Does.Contain("canary.delivery/revision"),
                "the next look sees it as it is");
        });
    }

    private const string TakenOver = Rollout + """

        status:
          stableRevision: one
          canaryRevision: one
          accepted:
            workload: { name: checkout }
            traffic: { istio: { virtualServices: [{ name: checkout, routes: [primary] }] } }
            strategy: { canary: { steps: [{ setWeight: 5 }] } }
        """;

    private static string With(string field, string label) => field == "labels"
        ? Deployment.Replace("team: payments", "team: payments, " + label)
        : Deployment.Replace("metadata: { labels: { app: checkout,",
            "metadata: { annotations: { " + label + " }, labels: { app: checkout,");

    private void PutPod(string name, string labels)
    {
        _shop.Cluster.Put(KnownKinds.ReplicaSets, $$"""
            metadata:
              name: checkout-a
              namespace: shop
              uid: set-a
              labels: { app: checkout }
              ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: checkout, uid: deployment-1, controller: true }]
            spec: {}
            """);
        _shop.Cluster.Put(KnownKinds.Pods, $$"""
            metadata:
              name: {{name}}
              namespace: shop
              labels: { {{labels}} }
              ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: checkout-a, uid: set-a, controller: true }]
            """);
    }
}
