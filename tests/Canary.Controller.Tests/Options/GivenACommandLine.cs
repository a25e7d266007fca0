using System.Collections.Generic;
using System.Linq;
using System.Net;
using Canary.Controller.Options;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace Canary.Controller.Tests.Options;

public sealed class GivenACommandLine
{
    private static readonly Dictionary<string, string> Nothing = [];

    [Test]
    public void WhenNothingIsGiven_ThenTheDefaultsHold()
    {
        var (options, errors) = OptionReader.Read([], Nothing);

        Assert.That(errors, Is.Empty);
        Assert.That(options!.MetricsAddress.ToString(), Is.EqualTo("0.0.0.0:8080"));
        Assert.That(options.LeaseName, Is.EqualTo("canary-controller"));
        Assert.That(options.LogFormat, Is.EqualTo(LogFormat.Text));
        Assert.That(options.LogLevel, Is.EqualTo(LogLevel.Information));
        Assert.That(
            (options.Namespace, options.Prometheus, options.KubeConfigPath, options.Identity),
            Is.EqualTo(((string?)null, (System.Uri?)null, (string?)null, (string?)null)));
    }

    [Test]
    public void WhenTheEnvironmentSaysOtherwise_ThenTheCommandLineWins()
    {
        var environment =
            new Dictionary<string, string>
            {
                ["CANARY_NAMESPACE"] = "shop",
                ["CANARY_LEASE_NAME"] = "one",
                ["CANARY_PROMETHEUS"] = "http://prometheus:9090"
            };

        var (options, _) = OptionReader.Read(["--lease-name", "two", "--metrics-address=127.0.0.1:0"], environment);

        Assert.That((options!.Namespace, options.LeaseName), Is.EqualTo(("shop", "two")));
        Assert.That(options.Prometheus?.AbsoluteUri, Is.EqualTo("http://prometheus:9090/"));
        Assert.That(options.MetricsAddress.ToString(), Is.EqualTo("127.0.0.1:0"));
    }

    [Test]
    public void WhenSeveralThingsAreWrong_ThenEachOneIsSaidWithWhatIsAllowed()
    {
        var environment = new Dictionary<string, string> { ["CANARY_WORKERS"] = "many" };

        var (options, errors) = OptionReader.Read(
            ["--metric-address", ":8080", "--prometheus", "prometheus:9090", "--metrics-address", "8080", "--log-format", "xml",
                "--namespace", "Shop_1", "--kubeconfig", "/nowhere/config", "extra"],
            environment);

        Assert.That(options, Is.Null);
        Assert.That(errors, Has.Exactly(1).EqualTo("--metric-address: there is no such option, did you mean --metrics-address?"));
        Assert.That(errors, Has.Exactly(1).StartsWith("--prometheus: found 'prometheus:9090', allowed is an address"));
        Assert.That(errors, Has.Exactly(1).StartsWith("--metrics-address: found '8080', allowed is an IP address and a port"));
        Assert.That(errors, Has.Exactly(1).EqualTo("--log-format: found 'xml', allowed is text, json"));
        Assert.That(errors, Has.Exactly(1).StartsWith("--namespace: found 'Shop_1'"));
        Assert.That(errors, Has.Exactly(1).StartsWith("--kubeconfig: found '/nowhere/config'"));
        Assert.That(errors, Has.Exactly(1).EqualTo("CANARY_WORKERS: found 'many', allowed is a whole number from 1 to 256"));
        Assert.That(errors, Has.Some.Contains("'extra'"));
    }

    [TestCase("", true)]
    [TestCase("--alertmanager http://alertmanager:9093", false)]
    [TestCase("--alertmanager http://alertmanager:9093 --alerts-from-prometheus true --prometheus http://prometheus:9090", true)]
    [TestCase("--alerts-from-prometheus false", false)]
    public void WhenAnAlertmanagerIsAsked_ThenPrometheusIsNotUnlessItIsSaid(string arguments, bool isAsked)
    {
        var (options, errors) = OptionReader.Read(arguments.Split(' ', System.StringSplitOptions.RemoveEmptyEntries), Nothing);

        Assert.That(errors, Is.Empty);
        Assert.That(options!.AsksPrometheusForAlerts, Is.EqualTo(isAsked));
    }

    [Test]
    public void WhenAlertsAreAskedOfAPrometheusThatIsNotGiven_ThenItIsSaid()
    {
        var (options, errors) = OptionReader.Read(["--alerts-from-prometheus", "true"], Nothing);

        Assert.That(options, Is.Null);
        Assert.That(
            errors,
            Is.EqualTo(
                new[] { "--alerts-from-prometheus: found 'true', and there is no Prometheus to ask: --prometheus (CANARY_PROMETHEUS) is "
                    + "missing" }));
    }

    [Test]
    public void WhenAValueIsMissing_ThenItIsSaid()
    {
        var (_, errors) = OptionReader.Read(["--namespace"], Nothing);

        Assert.That(errors, Is.EqualTo(new[] { "--namespace: a value is missing" }));
    }

    [Test]
    public void WhenAnOptionIsGivenTwice_ThenTheLastOneCounts()
    {
        var (options, errors) = OptionReader.Read(["--workers", "2", "--workers=3"], Nothing);

        Assert.That(errors, Is.Empty);
        Assert.That(options!.Workers, Is.EqualTo(3));
    }

    [TestCase("--identity", "", "--identity: found an empty value")]
    [TestCase("--workers", "--namespace", "--workers: found '--namespace', allowed is a whole number from 1 to 256")]
    [TestCase("--workers", "@nowhere", "--workers: found '@nowhere', allowed is a whole number from 1 to 256")]
    [TestCase("--", "x", "found 'x' where an option was expected")]
    [TestCase("--no-such=1", "", "--no-such: there is no such option")]
    public void WhenAWordIsOdd_ThenItIsReadAsItStands(string first, string second, string error)
    {
        var (_, errors) = OptionReader.Read([first, second], Nothing);

        Assert.That(errors, Does.Contain(error));
    }

    [Test]
    public void WhenAVariableAsksForAlertsOfAPrometheusThatIsNotGiven_ThenTheVariableIsNamed()
    {
        var (_, errors) = OptionReader.Read([], new Dictionary<string, string> { ["CANARY_ALERTS_FROM_PROMETHEUS"] = "true" });

        Assert.That(errors.Single(), Does.StartWith("CANARY_ALERTS_FROM_PROMETHEUS: found 'true', and there is no Prometheus to ask"));
    }

    [Test]
    public void WhenTemplateAddressesAreGiven_ThenTheyAreReadOrEachWrongEntryIsNamed()
    {
        var (byDefault, _) = OptionReader.Read([], new Dictionary<string, string>());
        var (listed, _) = OptionReader.Read([], new Dictionary<string, string> { ["CANARY_TEMPLATE_ADDRESSES"] = ".monitoring,127.0.0.1" });
        var (_, errors) = OptionReader.Read(["--template-addresses", "ok,10.0.0.0/40,http://x"], new Dictionary<string, string>());

        Assert.That(byDefault!.TemplateAddresses.Refuse("x", 80, IPAddress.Loopback), Does.Contain("a loopback address"));
        Assert.That(listed!.TemplateAddresses.Refuse("x", 80, IPAddress.Loopback), Is.Null);
        Assert.That(listed.TemplateAddresses.Refuse("x", 80, IPAddress.Parse("10.0.0.1")), Does.Contain(".monitoring, 127.0.0.1"));
        Assert.That(
            errors.Select(error => error.Split(',')[0]),
            Is.EqualTo(new[] { "--template-addresses: found '10.0.0.0/40'", "--template-addresses: found 'http://x'" }));
    }

    [Test]
    public void WhenHelpIsAsked_ThenEveryOptionAndItsVariableIsInIt()
    {
        var help = OptionTable.Help();

        Assert.That(OptionTable.All.Where(option => !help.Contains(option.Name) || !help.Contains(option.Variable)), Is.Empty);
        Assert.That(help.Split('\n').Max(line => line.Length), Is.LessThan(160));
    }
}
