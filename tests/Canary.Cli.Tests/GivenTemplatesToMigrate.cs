using System;
using System.IO;
using System.Threading.Tasks;
using Canary.Cli.Io;
using NUnit.Framework;

namespace Canary.Cli.Tests;

public sealed class GivenTemplatesToMigrate
{
    private const string Template = """
        # how many succeed
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata: { name: success-rate }
        spec:
          metrics:
          - name: success-rate
            failureLimit: 3
            successCondition: "result[0] >= 0.95"
            provider: { prometheus: { query: up } }

        """;

    private string _folder = null!;

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("canary-migrate-").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task WhenAFileHasATemplateOfArgoRollouts_ThenItIsPrintedAsOneOfCanary()
    {
        var (code, output, error) = await RunAsync("migrate", Put("a.yaml", Template));

        Assert.That(code, Is.Zero);
        Assert.That(output,
            Is.EqualTo(Template.Replace("argoproj.io/v1alpha1", "canary.delivery/v1alpha1", StringComparison.Ordinal)
                .Replace("spec:\n", "spec:\n  compatibility: argo\n", StringComparison.Ordinal)));
        Assert.That(error, Does.Contain("1 template of Argo Rollouts taken over"));
        Assert.That((await RunAsync("lint", Put("b.yaml", output))).Code, Is.Zero);
    }

    [Test]
    public async Task WhenThereAreSeveralFiles_ThenTheyArePrintedAsDocumentsOfOne()
    {
        var (code, output, _) = await RunAsync("migrate", Put("a.yaml", Template), Put("b.yaml", "kind: Service\n"));

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.EndWith("---\nkind: Service\n"));
    }

    [Test]
    public async Task WhenAFileIsNoYaml_ThenItSaysWhereAndPrintsNothing()
    {
        var (code, output, error) = await RunAsync("migrate", Put("a.yaml", "a: [1\n"));

        Assert.That((code, output), Is.EqualTo((1, "")));
        Assert.That(error, Does.Contain("a.yaml:").And.Contain("no YAML"));
    }

    private string Put(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        return (await CommandLine.RunAsync(arguments, new CommandIo(output, error, TimeProvider.System)), output.ToString(),
            error.ToString());
    }
}
