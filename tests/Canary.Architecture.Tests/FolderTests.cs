using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using NUnit.Framework;

namespace Canary.Architecture.Tests;

/// <summary>Inside a project the folders know each other in one direction: a reader of one folder needs to know only those below.</summary>
public sealed class FolderTests
{
    private const int MostFiles = 30;

    // Those that have folders and are no tests.
    private static readonly string[] Projects = [.. Repository.Sources.Select(file => file.Name.Split('/'))
        .Where(path => path is ["src" or "sandbox" or "bench", _, _, _, ..] && !path[1].EndsWith(".Tests", StringComparison.Ordinal))
        .Select(path => path[1]).Distinct()];

    [Test]
    public void WhenAFolderIsListed_ThenItHasAtMostThirtyFiles() => Assert.That(
        Repository.Sources.GroupBy(file => Path.GetDirectoryName(file.Name)).Where(folder => folder.Count() > MostFiles)
            .Select(folder => $"{folder.Key}: {folder.Count()} files; {MostFiles} are allowed"),
        Is.Empty);

    [TestCaseSource(nameof(Projects))]
    public void WhenFoldersOfAProjectKnowEachOther_ThenThereIsNoCircle(string project)
    {
        var types = Types(project);

        var arrows = Arrows(project, types);

        Assert.That(types.Where(type => IsOf(project, type.Namespace?.FullName)), Is.Not.Empty);
        Assert.That(
            arrows.Where(arrow => Reaches(arrows.Keys, arrow.Key.To, arrow.Key.From))
                .Select(arrow => $"{arrow.Key.From} -> {arrow.Key.To}: {arrow.Value}"),
            Is.Empty);
    }

    private static IReadOnlyList<IType> Types(string project)
    {
        var name = XDocument.Load(Path.Combine(Repository.FolderOf(project), $"{project}.csproj"))
            .Descendants("AssemblyName").SingleOrDefault()?.Value ?? project;
        var path = Path.Combine(TestContext.CurrentContext.TestDirectory, $"{name}.dll");
        return [.. new ArchLoader().LoadAssemblies(System.Reflection.Assembly.LoadFrom(path)).Build().Types];
    }

    // By namespace, which is the folder. Each arrow with one example.
    private static Dictionary<(string From, string To), string> Arrows(string project, IReadOnlyList<IType> types)
    {
        var arrows =
            from type in types
            from dependency in type.Dependencies
                // The library takes two type parameters of one name for one.
            where dependency.Target is not GenericParameter
            let one = (From: type.Namespace?.FullName, To: dependency.Target?.Namespace?.FullName)
            where IsOf(project, one.From) && IsOf(project, one.To) && one.From != one.To
            select (Key: (one.From!, one.To!), Example: $"{type.Name} -> {dependency.Target.Name}");
        return arrows.DistinctBy(arrow => arrow.Key).ToDictionary(arrow => arrow.Key, arrow => arrow.Example);
    }

    private static bool IsOf(string project, string? folder) =>
        folder is not null && (folder == project || folder.StartsWith($"{project}.", StringComparison.Ordinal));

    private static bool Reaches(IReadOnlyCollection<(string From, string To)> arrows, string start, string aim)
    {
        var seen = new HashSet<string> { start };
        var open = new Queue<string>([start]);
        while (open.TryDequeue(out var at))
        {
            if (at == aim) return true;
            foreach (var (_, to) in arrows.Where(arrow => arrow.From == at))
            {
                if (seen.Add(to)) open.Enqueue(to);
            }
        }
        return false;
    }
}
