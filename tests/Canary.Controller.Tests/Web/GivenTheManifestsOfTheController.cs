using System.IO;
using System.Linq;
using Canary.Controller.Options;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Controller.Tests.Web;

/// <summary>The Pod Security Standard <c>restricted</c>, and the doors that are open, as they are shipped.</summary>
public sealed class GivenTheManifestsOfTheController
{
    [TestCase("runAsNonRoot: true")]
    [TestCase("seccompProfile:\n          type: RuntimeDefault")]
    [TestCase("allowPrivilegeEscalation: false")]
    [TestCase("readOnlyRootFilesystem: true")]
    [TestCase("drop: [ALL]")]
    [TestCase("requests: { cpu: 50m, memory: 96Mi }")]
    [TestCase("limits: { memory: 512Mi")]
    [TestCase("kind: PodDisruptionBudget")]
    [TestCase("path: /healthz")]
    [TestCase("path: /readyz")]
    public void WhenThePodIsMade_ThenItIsRestricted(string text) =>
        Assert.That(Text("deploy", "base", "controller.yaml"), Does.Contain(text));

    [Test]
    public void WhenATokenIsMounted_ThenItIsInTheControllersPodsAlone()
    {
        Assert.That(Text("deploy", "base", "rbac.yaml"), Does.Contain("automountServiceAccountToken: false"));
        Assert.That(
            Text("deploy", "base", "controller.yaml").Split('\n').Count(line => line.Trim() == "automountServiceAccountToken: true"),
            Is.EqualTo(1));
        Assert.That(Text("deploy", "base", "namespace.yaml"), Does.Contain("pod-security.kubernetes.io/enforce: restricted"));
    }

    [Test]
    public void WhenThePolicyIsApplied_ThenItSelectsTheControllerAndOpensNoOtherPorts()
    {
        var policy = Text("deploy", "base", "networkpolicy.yaml");

        Assert.That(Text("deploy", "base", "kustomization.yaml"), Does.Contain("- networkpolicy.yaml"));
        Assert.That(policy, Does.Contain("app.kubernetes.io/component: controller").And.Contain("policyTypes: [Ingress, Egress]"));
        var ports = policy.Split('\n')
            .Where(line => line.Contains("port: ", System.StringComparison.Ordinal))
            .Select(line => line.Split("port: ")[1].TrimEnd(' ', '}'));
        Assert.That(ports, Is.EqualTo(new[] { "8080", "53", "53", "443", "6443", "9090", "9093" }));
    }

    [Test]
    public void WhenTheOptionForAddressesIsNamed_ThenThereIsSuch()
    {
        var page = Text("docs", "security.md");

        Assert.That(page, Does.Contain($"`{OptionTable.TemplateAddresses.Name}` (`{OptionTable.TemplateAddresses.Variable}`)"));
        Assert.That(Text("deploy", "base", "config.yaml"), Does.Contain(OptionTable.TemplateAddresses.Variable));
    }

    private static string Text(params string[] path) => File.ReadAllText(RepositoryFolder.PathTo(path));
}
