using System;
using System.IO;
using Canary.Controller.Options;
using Canary.Controller.Web;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Controller.Tests.Web;

/// <summary>What is written for people to copy is what the controller serves and reads.</summary>
public sealed class GivenTheManifestsForAlerts
{
    private static string Text(params string[] path) => File.ReadAllText(RepositoryFolder.PathTo(path));

    [Test]
    public void WhenAlertmanagersConfigurationIsCopied_ThenItCallsTheServiceOnThePathThatIsServed()
    {
        var sample = Text("deploy", "samples", "alertmanager", "alertmanager.yml");

        Assert.That(
            sample,
            Does.Contain($"url: http://canary-controller.canary-system:8080{AlertHook.Path}\n").And.Contain(
                "send_resolved: true").And.Contain("credentials_file:"));
        Assert.That(
            Text("docs", "alerts.md"),
            Does.Contain(sample[sample.IndexOf("route:", StringComparison.Ordinal)..]),
            "docs/alerts.md shows the same");
    }

    [Test]
    public void WhenTheSecretIsMade_ThenTheTokenIsWhereTheControllerLooksForIt()
    {
        var deployment = Text("deploy", "base", "controller.yaml");

        Assert.That(
            deployment,
            Does.Match(
                $@"name: {OptionTable.AlertTokenFile.Variable}\s+value: (\S+)/token\s[\s\S]*mountPath: \1\s[\s\S]*secretName: canary-alerts\s+optional: true"));
    }

    [Test]
    public void WhenOptionsAreNamedOnThePage_ThenThereAreSuch()
    {
        foreach (var option in new[] { OptionTable.AlertTokenFile, OptionTable.Alertmanager, OptionTable.AlertsFromPrometheus,
            OptionTable.AlertPollInterval })
            Assert.That(Text("docs", "alerts.md"), Does.Contain($"| `{option.Name}` | `{option.Variable}` |"));
    }
}
