using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Canary.Testing;

namespace Canary.Architecture.Tests;

/// <summary>The files of this repository.</summary>
internal static class Repository
{
    public static readonly string[] Projects =
        ["Canary.Core", "Canary.Engine", "Canary.Kubernetes", "Canary.Providers", "Canary.Controller", "Canary.Terminal", "Canary.Cli",
            "Canary.ApiServer",
            "Canary.Sandbox"];

    public static string Root => RepositoryFolder.Root;

    /// <summary>Every hand-written C# file.</summary>
    public static IReadOnlyList<SourceFile> Sources { get; } =
        [.. new[] { "src", "sandbox", "bench", "tests" }.SelectMany(Below)
            .Select(path => new SourceFile(path, Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllLines(path)))];

    /// <summary>What is not a test: what ships, and the sandbox.</summary>
    public static IEnumerable<SourceFile> Product => Sources
        .Where(file => file.Name.StartsWith("src/", StringComparison.Ordinal) || file.Name.StartsWith("sandbox/", StringComparison.Ordinal))
        .Where(file => !file.Name.Contains(".Tests/", StringComparison.Ordinal));

    /// <summary>The folder of a project that is not a test's.</summary>
    public static string FolderOf(string project) =>
        new[] { "src", "sandbox", "bench" }.Select(part => Path.Combine(Root, part, project))
            .First(folder => File.Exists(Path.Combine(folder, $"{project}.csproj")));

    private static IEnumerable<string> Below(string folder) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
        .Order(StringComparer.Ordinal);
}
