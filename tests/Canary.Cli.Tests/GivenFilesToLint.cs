using System;
using System.IO;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Cli.Io;
using NUnit.Framework;

namespace Canary.Cli.Tests;

public sealed class GivenFilesToLint
{
    private const string Template =
        "apiVersion: canary.delivery/v1alpha1\nkind: AnalysisTemplate\nmetadata: { name: a }\nspec: { metrics: [{ name: m, "
            + "successCondition: 'result[0] < 1', provider: { prometheus: { query: up } } }] }\n";

    private string _folder = null!;

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("canary-lint-").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    private string Put(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<(int Code, string Output, string Error)> LintAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        return (await CommandLine.RunAsync(["lint", .. arguments], new CommandIo(output, error, TimeProvider.System)), output.ToString(),
            error.ToString());
    }

    [Test]
    public async Task WhenAFolderHoldsObjectsOfMany_ThenItSaysHowManyWereCheckedAndWhatWasSkippedAndWhy()
    {
        Put("a.yaml", Template);
        Put("deep/b.json",
            """{ "apiVersion": "v1", "kind": "List", "items": [{ "apiVersion": "v1", "kind": "Service", "metadata": { "name": "s" } }, { "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "d" } }] }""");
        Put("kustomization.yaml", "resources: [a.yaml]");
        Put("notes.txt", "nothing");

        var (code, output, error) = await LintAsync(_folder);

        Assert.That((code, output), Is.EqualTo((0, "")));
        Assert.That(error.Trim(),
            Is.EqualTo(
                "3 files: 1 object checked, 3 skipped (1 file: a file of Kustomize or Helm; 1 Deployment, 1 Service: not of Canary), 0 "
                    + "errors"));
    }

    [Test]
    public async Task WhenAFileHoldsNothingOfOurs_ThenItSaysThatNothingWasChecked()
    {
        var (code, _, error) =
            await LintAsync(Put("a.yaml", Template.Replace("canary.delivery", "canary.delivry", StringComparison.Ordinal)));

        Assert.That((code, error.Trim()),
            Is.EqualTo((1, "1 file: 0 objects checked, 1 skipped (1 AnalysisTemplate: of another API group or version), 1 error")));
    }

    [Test]
    public async Task WhenAFolderHoldsNoFile_ThenThatIsAnErrorAndNotAGoodResult()
    {
        Put("notes.txt", "nothing");

        var (code, _, error) = await LintAsync(_folder);

        Assert.That((code, error.Trim()),
            Is.EqualTo((1, $"error: there is no Kubernetes object in {_folder}: give files or folders with YAML or JSON")));
    }

    [Test]
    public async Task WhenAFileIsEmpty_ThenThatIsAnErrorAndNotAGoodResult()
    {
        var path = Put("a.yaml", "# nothing\n");

        var (code, _, error) = await LintAsync(path);

        Assert.That((code, error.Trim()),
            Is.EqualTo((1, $"error: there is no Kubernetes object in {path}: give files or folders with YAML or JSON")));
    }

    [Test]
    public async Task WhenSeveralFilesAreOfTools_ThenTheyAreCountedAsFiles()
    {
        Put("kustomization.yaml", "resources: []");
        Put("deep/kustomization.yaml", "resources: []");

        var (code, _, error) = await LintAsync(_folder);

        Assert.That((code, error.Trim()),
            Is.EqualTo((0, "2 files: 0 objects checked, 2 skipped (2 files: a file of Kustomize or Helm), 0 errors")));
    }

    [Test]
    public async Task WhenAFileIsNamedTwice_ThenItIsReadOnce()
    {
        var path = Put("a.yaml", Template);

        Assert.That(await LintAsync(path, path, _folder), Is.EqualTo((0, "", $"1 file: 1 object checked, 0 errors{Environment.NewLine}")));
    }

    [Test]
    public async Task WhenAProgramReadsTheResult_ThenItHasTheNumbersToo()
    {
        var (code, output, _) = await LintAsync(
            Put("a.yaml", Template.Replace("successCondition: 'result[0] < 1', ", "", StringComparison.Ordinal)), "-o", "json");
        var document = JsonNode.Parse(output)!;

        Assert.That((code, document["errors"]!.AsArray().Count, document["warnings"]!.AsArray().Count, (int)document["checked"]!,
            document["skipped"]!.AsArray().Count), Is.EqualTo((0, 0, 1, 1, 0)));
    }
}
