using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NUnit.Framework;

namespace Canary.Architecture.Tests;

/// <summary>The version is that of the tag. Before the first tag its major and minor stand in one file.</summary>
public sealed class VersionTests
{
    private static readonly string[] Extensions = [".props", ".targets", ".csproj", ".md", ".yaml", ".yml", ".sh", ".json"];

    private static XDocument Properties => XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props"));

    private static string Version => Properties.Descendants("MinVerMinimumMajorMinor").Single().Value;

    [Test]
    public void WhenTheVersionIsWritten_ThenItIsInNoOtherFile()
    {
        var version = new Regex($@"(?<![\d.]){Regex.Escape(Version)}\.\d+(?![\d.])");

        Assert.That(Texts().Where(file => version.IsMatch(File.ReadAllText(file)))
            .Select(file => Path.GetRelativePath(Repository.Root, file)), Is.Empty);
    }

    [Test]
    public void WhenAProjectIsBuilt_ThenItSetsNoVersionOfItsOwn() =>
        Assert.That(Texts().Where(file => file.EndsWith(".csproj", System.StringComparison.Ordinal)
            || file.EndsWith(".props", System.StringComparison.Ordinal))
            .SelectMany(file => XDocument.Load(file).Descendants())
            .Select(element => element.Name.LocalName),
            Has.None.EqualTo("Version").And.None.EqualTo("VersionPrefix").And.None.EqualTo("InformationalVersion"));

    // What people write; the recordings of an API server have versions of their own.
    private static IEnumerable<string> Texts() => Directory
        .EnumerateFiles(Repository.Root)
        .Concat(new[] { "src", "sandbox", "bench", "deploy", "docs", "scripts", ".ci", ".github", "analysis-templates" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories)))
        .Where(file => Path.GetFileName(file) is "Makefile" or "Dockerfile" or "run" || Extensions.Contains(Path.GetExtension(file)))
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "Recordings"));
}
