using System.Linq;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Sandbox.Tests.Workloads;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.World;

public sealed class GivenASandboxThatEnds
{
    [Test]
    public async Task WhenItIsAskedToEnd_ThenItStopsPrometheusFirst()
    {
        await using var sandbox = await SandboxProcess.RunAsync();
        var prometheus = sandbox.Addresses.NumberAt("prometheus", "processId")!.Value;

        var exitCode = await sandbox.TerminateAsync();

        Assert.That((exitCode, SandboxProcess.IsAlive(prometheus)), Is.EqualTo((0, false)));
    }

    [Test]
    [Platform("Linux")]
    public async Task WhenItIsKilled_ThenPrometheusDoesNotOutliveIt()
    {
        await using var sandbox = await SandboxProcess.RunAsync();
        var prometheus = sandbox.Addresses.NumberAt("prometheus", "processId")!.Value;

        sandbox.Kill();

        await PlayedCluster.UntilAsync(() => Task.FromResult(SandboxProcess.IsAlive(prometheus)), isAlive => !isAlive);
    }

    [TestCase("--error-rate", "2", "--error-rate: found '2', allowed is a share from 0 to 1")]
    [TestCase("--latency", "fast", "--latency: found 'fast', allowed is a length of time")]
    [TestCase("--deployment", "checkout", "--deployment: found 'checkout', allowed is namespace/name")]
    public async Task WhenADeploymentMakesNoSense_ThenTheOptionIsNamedAndNothingIsSent(string option, string value, string message)
    {
        var (exitCode, _, error) =
            await SandboxProcess.CommandAsync("deploy", "--version", "5.0.0", "--kubeconfig", "/nowhere", option, value);

        Assert.That((exitCode, error.Contains(message)), Is.EqualTo((2, true)), error);
    }

    [Test]
    public async Task WhenTheKubeconfigIsNotThere_ThenItsPathIsSaid()
    {
        var (exitCode, _, error) = await SandboxProcess.CommandAsync("run", "--kubeconfig", "/nowhere/kubeconfig");

        Assert.That((exitCode, error.Split('\n').First(line => line.StartsWith("error"))),
            Is.EqualTo((4, "error: --kubeconfig: /nowhere/kubeconfig is not there")));
    }
}
