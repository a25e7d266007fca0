using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using NUnit.Framework;

namespace Canary.Architecture.Tests;

/// <summary>The files of this repository.</summary>
internal static class Repository
{
    public static readonly string[] Projects =
        ["Canary.Core", "Canary.Engine", "Canary.Kubernetes", "Canary.Providers", "Canary.Controller", "Canary.Terminal", "Canary.Cli", "Canary.Sandbox"];

    public static string Root { get; } = Find();

    /// <summary>Every hand-written C# file below src and tests.</summary>
    public static IReadOnlyList<SourceFile> Sources { get; } =
        [.. new[] { "src", "tests" }.SelectMany(Below).Select(path => new SourceFile(path, Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllLines(path)))];

    public static IEnumerable<SourceFile> Product => Sources.Where(file => file.Name.StartsWith("src/", StringComparison.Ordinal));

    private static IEnumerable<string> Below(string folder) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
        .Order(StringComparer.Ordinal);

    private static string Find()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Canary.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("no Canary.sln above the tests");
    }
}
