using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using NUnit.Framework;

namespace Canary.Architecture.Tests;

/// <summary>Who may know whom: Core decides, Engine carries out, adapters know how, hosts say when.</summary>
public sealed class ArrowTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Canary.Core"] = [],
        ["Canary.Engine"] = ["Canary.Core"],
        ["Canary.Http"] = [],
        ["Canary.Kubernetes"] = ["Canary.Core", "Canary.Engine", "Canary.Http"],
        ["Canary.Providers"] = ["Canary.Core", "Canary.Engine", "Canary.Http"],
        ["Canary.Controller"] = ["Canary.Core", "Canary.Engine", "Canary.Http", "Canary.Kubernetes", "Canary.Providers"],
        ["Canary.Terminal"] = ["Canary.Core"],
        ["Canary.Usage"] = ["Canary.Core"],
        ["Canary.Yaml"] = [],
        ["Canary.Cli"] = ["Canary.Core", "Canary.Kubernetes", "Canary.Providers", "Canary.Terminal", "Canary.Usage", "Canary.Yaml"],
        ["Canary.ApiServer"] = ["Canary.Core", "Canary.Yaml"],
        ["Canary.Sandbox"] = ["Canary.ApiServer", "Canary.Core", "Canary.Kubernetes", "Canary.Terminal", "Canary.Usage"],
    };

    private static readonly Dictionary<string, string[]> BannedAssemblies = new()
    {
        // No package, no I/O, no network, no log.
        ["Canary.Core"] = ["System.IO.", "System.Net", "System.Threading", "System.Diagnostics.Process", "System.Console", "Microsoft.",
            "System.Security"],
        ["Canary.Engine"] = ["System.Net", "Microsoft.AspNetCore", "Quartz", "Serilog"],
        ["Canary.Http"] = ["Microsoft.AspNetCore", "Quartz", "Serilog"],
        ["Canary.Kubernetes"] = ["Quartz", "Serilog"],
        ["Canary.Providers"] = ["Quartz", "Serilog"],
    };

    [Test]
    public void WhenTheProjectsAreListed_ThenEachHasItsArrows() =>
        Assert.That(
            new[] { "src", "sandbox" }.SelectMany(Projects).Select(Path.GetFileNameWithoutExtension)
                .Where(name => !name!.EndsWith(".Tests", StringComparison.Ordinal)).Order(),
            Is.EqualTo(Arrows.Keys.Order()));

    [TestCaseSource(typeof(Repository), nameof(Repository.Projects))]
    public void WhenAProjectDeclaresReferences_ThenTheyFollowTheArrows(string project)
    {
        var declared = Project(project).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.That(declared, Is.SubsetOf(Arrows[project]));
    }

    [TestCaseSource(typeof(Repository), nameof(Repository.Projects))]
    public void WhenAnAssemblyIsBuilt_ThenItKnowsOnlyWhatTheArrowsAllow(string project)
    {
        var known = References(project);

        Assert.That(known.Where(name => name.StartsWith("Canary.", StringComparison.Ordinal)), Is.SubsetOf(Arrows[project]));
        Assert.That(known.Where(name => BannedAssemblies.GetValueOrDefault(project, [])
            .Any(banned => name.StartsWith(banned, StringComparison.Ordinal))), Is.Empty);
    }

    [Test]
    public void WhenCoreIsBuilt_ThenItHasNoPackageButAnalyzers()
    {
        var packages = Project("Canary.Core").Descendants("PackageReference").ToArray();

        Assert.That(packages.Select(package => package.Attribute("Include")!.Value),
            Is.EqualTo(new[] { "Microsoft.CodeAnalysis.BannedApiAnalyzers" }));
        Assert.That(packages.Concat(PackagesOfEveryProject()).Select(package => package.Attribute("PrivateAssets")?.Value),
            Is.All.EqualTo("all"));
        Assert.That(Project("Canary.Core").Descendants("AdditionalFiles").Single()
            .Attribute("Include")!.Value, Is.EqualTo("BannedSymbols.txt"));
    }

    [Test]
    public void WhenCoreIsBuilt_ThenItNamesNoTypeThatIsBanned()
    {
        var banned = File.ReadAllLines(Path.Combine(Repository.Root, "src", "Canary.Core", "BannedSymbols.txt"))
            .Where(line => line.StartsWith("T:", StringComparison.Ordinal))
            .Select(line => line[2..line.IndexOf(';', StringComparison.Ordinal)])
            .ToArray();
        using var file = new PEReader(File.OpenRead(PathOf("Canary.Core")));
        var metadata = file.GetMetadataReader();
        // The compiler itself asks an iterator for its thread.
        var used = metadata.MemberReferences.Select(metadata.GetMemberReference)
            .Where(member => member.Parent.Kind == HandleKind.TypeReference
                && metadata.GetString(member.Name) != "get_CurrentManagedThreadId")
            .Select(member => metadata.GetTypeReference((TypeReferenceHandle)member.Parent))
            .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}")
            .ToHashSet();

        Assert.That(banned, Does.Contain("System.Threading.Tasks.Task").And.Contain("System.Random"));
        Assert.That(used, Does.Contain("System.DateTimeOffset"));
        Assert.That(used.Intersect(banned), Is.Empty);
    }

    /// <summary>A type of the library's drops fields that are newer than the package: in a template that would be another revision, and a
    /// promotion without them.</summary>
    [Test]
    public void WhenModelsOfTheLibraryAreUsed_ThenForLeasesAndEventsAlone() => Assert.That(
        Repository.Product.Where(file => file.Code.Any(line => line.Text.Contains("k8s.Models", StringComparison.Ordinal)))
        .Select(file => file.Name),
        Is.EquivalentTo(
            new[] { "ControllerEvent", "KubernetesNotifier", "LeaseNotifier" }.Select(name => $"src/Canary.Kubernetes/Stores/{name}.cs")
            .Concat(new[] { "FencedLease", "LeaseElection", "LeaseRecord" }
                .Select(name => $"src/Canary.Kubernetes/LeaderElection/{name}.cs"))));

    [Test]
    public void WhenReferencesAreTransitive_ThenTheyAreNotSeen() =>
        Assert.That(File.ReadAllText(Path.Combine(Repository.Root, "Directory.Build.props")),
            Does.Contain("<DisableTransitiveProjectReferences>true</DisableTransitiveProjectReferences>"));

    // By their files: a clone that was used before a project moved still has its former folder.
    private static string[] Projects(string folder) =>
        Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories);

    private static XDocument Project(string name) => XDocument.Load(Path.Combine(Repository.FolderOf(name), $"{name}.csproj"));

    private static IEnumerable<XElement> PackagesOfEveryProject() => XDocument
        .Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("ItemGroup")
        .Where(group => group.Attribute("Condition")?.Value != "$(MSBuildProjectName.EndsWith('.Tests'))").Descendants("PackageReference");

    private static string[] References(string project)
    {
        using var file = new PEReader(File.OpenRead(PathOf(project)));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(metadata.GetAssemblyReference).Select(reference => metadata.GetString(reference.Name))
            .Select(name => Arrows.Keys.FirstOrDefault(one => AssemblyOf(one) == name) ?? name)];
    }

    private static string PathOf(string project) => Path.Combine(TestContext.CurrentContext.TestDirectory, $"{AssemblyOf(project)}.dll");

    private static string AssemblyOf(string project) => Project(project).Descendants("AssemblyName").SingleOrDefault()?.Value ?? project;
}
