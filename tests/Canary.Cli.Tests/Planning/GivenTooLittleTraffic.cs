using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.Cli.Tests.Planning;

public sealed class GivenTooLittleTraffic
{
    private PlannedServices _past = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _past = await PlannedServices.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_past is not null) await _past.DisposeAsync();
    }

    [Test]
    public async Task WhenThereIsTooLittleTraffic_ThenPlanAndLintWarnOfTheFirstStepThatCannotSeeEnough()
    {
        var (_, output, _) = await _past.RunAsync(PlannedServices.Rollout("quiet", "errors"));
        await File.WriteAllTextAsync(Path.Combine(_past.Folder, "rollout.yaml"), PlannedServices.Rollout("quiet", "errors"));
        var lint = await PlannedServices.CallAsync(["lint", Path.Combine(_past.Folder, "rollout.yaml"),
            Path.Combine(_past.Folder, "templates.yaml"), "--prometheus", _past.Address]);

        const string Expected = @"step 1 \(weight 5\) gives the canary 0\.0\d+ requests per second: the 300 that the next raise waits for "
            + @"take \d+h\d+m, and after 25m onInconclusive \(pause\) decides; there is too little traffic: an objective of its own, or a fixed "
            + "limit over a longer window, sees more\n";
        Assert.That(output, Does.Match("\nwarning: " + Expected));
        Assert.That(lint.Output,
            Does.Match(@"rollout\.yaml:\d+: warning: Rollout shop/checkout: spec\.strategy\.canary\.steps: metric errors: " + Expected));
        Assert.That(lint.Code, Is.Zero, "a warning is no error");
    }

    [Test]
    public async Task WhenThereAreNoErrors_ThenTheEvidenceForTheLastRaiseIsTheShareThatIsNegligible()
    {
        var (_, output, _) = await _past.RunAsync(PlannedServices.Rollout("clean", "errors"));

        // 1,200 requests at weight 5, and 10 a second from there.
        Assert.That(output, Does.Match(@"\nThe raise to 100 waits for evidence: a healthy canary needs 7m\d+s at weight 25 on average\n"));
    }
}
