using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

/// <summary><c>make publish</c>, with a <c>dotnet</c> that writes down what it is asked instead of building.</summary>
[CancelAfter(60_000)]
public sealed class GivenTheBuildOfTheCommands
{
    private string _folder = null!;

    [SetUp]
    public void MakeARepository()
    {
        _folder = Directory.CreateTempSubdirectory("canary-publish-").FullName;
        var projects =
            new[] { "src", "sandbox" }.SelectMany(part => Directory.GetDirectories(Path.Combine(Commands.Root(), part), "Canary.*"))
            .Where(path => !path.EndsWith(".Tests", StringComparison.Ordinal));
        foreach (var from in projects)
        {
            var project = Path.GetFileName(from);
            var to = Path.Combine(_folder, Path.GetRelativePath(Commands.Root(), from));
            Directory.CreateDirectory(Path.Combine(to, "obj"));
            File.Copy(Path.Combine(from, $"{project}.csproj"), Path.Combine(to, $"{project}.csproj"));
            File.WriteAllText(Path.Combine(to, "Type.cs"), "namespace Canary;\n");
        }

        Directory.CreateDirectory(Path.Combine(_folder, "scripts"));
        File.Copy(Path.Combine(Commands.Root(), "scripts", "publish.sh"), Path.Combine(_folder, "scripts", "publish.sh"));
        WriteDotnet("exit 0");
    }

    [TearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task WhenNothingIsBuilt_ThenItSaysThatItBuildsAndHowFarItIs()
    {
        var (code, output) = await PublishAsync();

        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.StartWith("Building 3 of the 3 commands. The first time takes a minute or two"));
        Assert.That(output,
            Does.Contain("canary-controller: building").And.Contain("canary-sandbox: built in").And.Contain("canary: built in"));
        Assert.That(Asked(), Is.EqualTo(new[] { "src/Canary.Controller", "sandbox/Canary.Sandbox", "src/Canary.Cli" }));
    }

    [Test]
    public async Task WhenNothingHasChanged_ThenNothingIsBuiltAndNothingSaid()
    {
        await PublishAsync();
        File.WriteAllText(Path.Combine(_folder, "src", "Canary.Core", "obj", "project.assets.json"), "{}");
        foreach (var file in Directory.GetFiles(_folder, "*.cs", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(1));

        Assert.That(await PublishAsync(), Is.EqualTo((0, "")));
        Assert.That(Asked(), Is.Empty);
    }

    [TestCase("sandbox/Canary.Sandbox/Type.cs", "sandbox/Canary.Sandbox")]
    [TestCase("sandbox/Canary.ApiServer/Type.cs", "sandbox/Canary.Sandbox")]
    [TestCase("src/Canary.Cli/New.cs", "src/Canary.Cli")]
    [TestCase("src/Canary.Providers/Type.cs", "src/Canary.Controller,src/Canary.Cli")]
    [TestCase("src/Canary.Core/Type.cs", "src/Canary.Controller,sandbox/Canary.Sandbox,src/Canary.Cli")]
    [TestCase("Directory.Build.props", "src/Canary.Controller,sandbox/Canary.Sandbox,src/Canary.Cli")]
    public async Task WhenAFileChanges_ThenOnlyWhatIsMadeOfItIsBuilt(string file, string built)
    {
        await PublishAsync();
        File.AppendAllText(Path.Combine(_folder, file), "// changed\n");

        var (_, output) = await PublishAsync();

        Assert.That(Asked(), Is.EqualTo(built.Split(',')));
        Assert.That(output, Does.Not.Contain("first time"));
    }

    [Test]
    public async Task WhenAFileIsDeleted_ThenWhatWasMadeOfItIsBuilt()
    {
        await PublishAsync();
        File.Delete(Path.Combine(_folder, "src", "Canary.Cli", "Type.cs"));

        await PublishAsync();

        Assert.That(Asked(), Is.EqualTo(new[] { "src/Canary.Cli" }));
    }

    [Test]
    public async Task WhenACommandIsGone_ThenItIsBuiltAgain()
    {
        await PublishAsync();
        File.Delete(Path.Combine(_folder, "artifacts", "canary-sandbox"));

        await PublishAsync();

        Assert.That(Asked(), Is.EqualTo(new[] { "sandbox/Canary.Sandbox" }));
    }

    [Test]
    public async Task WhenABuildFails_ThenItSaysWhyAndTheNextOneBuildsItAgain()
    {
        WriteDotnet("echo 'Type.cs(1,1): error CS1002: ; expected'; exit 1");

        var (code, output) = await PublishAsync();

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output,
            Does.Contain("canary-controller: failed").And.Contain("CS1002").And.Contain("error: canary-controller cannot be built"));
        WriteDotnet("exit 0");
        await PublishAsync();
        Assert.That(Asked(), Has.Length.EqualTo(3));
    }

    private async Task<(int Code, string Output)> PublishAsync()
    {
        File.Delete(Path.Combine(_folder, "asked"));
        var path =
            new Dictionary<string, string> { ["PATH"] = Path.Combine(_folder, "bin") + ":" + Environment.GetEnvironmentVariable("PATH") };
        await using var script =
            RunningCommand.Start("/bin/bash", [Path.Combine(_folder, "scripts", "publish.sh"), "Release", "artifacts"], path);
        var code = await script.WaitAsync(TimeSpan.FromSeconds(50), TestContext.CurrentContext.CancellationToken);
        return (code, script.Output);
    }

    private string[] Asked() => File.Exists(Path.Combine(_folder, "asked")) ? File.ReadAllLines(Path.Combine(_folder, "asked")) : [];

    private void WriteDotnet(string end)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "bin"));
        var path = Path.Combine(_folder, "bin", "dotnet");
        File.WriteAllText(path, $$"""
            #!/bin/bash
            [ "$1" = --version ] && { echo 10.0.100; exit 0; }
            echo "$2" >>asked
            case "$2" in *Controller) name=canary-controller ;; *Sandbox) name=canary-sandbox ;; *) name=canary ;; esac
            mkdir -p artifacts; touch "artifacts/$name"; chmod +x "artifacts/$name"
            {{end}}

            """);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
