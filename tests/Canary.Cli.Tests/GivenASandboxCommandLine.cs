using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Sandbox.Commands;
using NUnit.Framework;

namespace Canary.Cli.Tests;

public sealed class GivenASandboxCommandLine
{
    [TestCase("run --seed abc", 2, "--seed: found 'abc', allowed is a whole number")]
    [TestCase("run --port 70000", 2, "--port: found '70000', allowed is 0 to 65535")]
    [TestCase("run --rate abc", 2, "--rate: found 'abc', allowed is a number")]
    [TestCase("run --rate 0", 2, "--rate: found '0', allowed is a number above 0 and at most 2000")]
    [TestCase("deploy --version 5.0.0 --error-rate 2", 2, "--error-rate: found '2', allowed is a share from 0 to 1")]
    [TestCase("deploy --version 5.0.0 --latency fast", 2, "--latency: found 'fast', allowed is a length of time such as 80ms or 1.5s")]
    [TestCase("deploy --versoin 5.0.0", 2, "--version is missing")]
    [TestCase("alert", 2, "canary-sandbox alert needs NAME")]
    [TestCase("alert CheckoutErrors --label critical", 2, "--label: found 'critical', allowed is NAME=VALUE")]
    [TestCase("alert CheckoutErrors --state nowhere", 4, "no sandbox runs here: nowhere/sandbox.json is not there")]
    [TestCase("deploy --version 5.0.0 --kubeconfig nowhere", 4, "nowhere")]
    public async Task WhenItCannotBeDone_ThenTheLastLineSaysWhyAndTheCodeIsTheOneThatIsDocumented(string line, int code, string said)
    {
        var (output, error) = (new StringWriter(), new StringWriter());

        var ended = await SandboxCommandLine.RunAsync(line.Split(' '), output, error, CancellationToken.None);

        Assert.That((ended, output.ToString()), Is.EqualTo((code, "")), error.ToString());
        Assert.That(error.ToString().TrimEnd().Split('\n')[^1], Does.StartWith("error: ").And.Contains(said));
    }

    [Test]
    public void WhenItsCodesAreCompared_ThenTheyAreThoseOfCanary()
    {
        var own = Enum.GetValues<Canary.Sandbox.Commands.SandboxExitCode>().Select(code => ($"{code}", (int)code));

        Assert.That(own, Is.SubsetOf(Enum.GetValues<ExitCode>().Select(code => ($"{code}", (int)code))));
    }
}
