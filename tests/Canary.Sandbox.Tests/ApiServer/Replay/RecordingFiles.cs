using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.ApiServer.Replay;

/// <summary>Where the recordings of a real server are, and the list of what is known to differ.</summary>
internal static class RecordingFiles
{
    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = FindRoot();

    public static string Folder => Path.Combine(Root, "tests", "Canary.Sandbox.Tests", "Recordings");

    /// <summary>Line by line: where, and why it stays different.</summary>
    public static IReadOnlyDictionary<string, string> KnownDeviations() => File
        .ReadAllLines(Path.Combine(Root, "tests", "Canary.Sandbox.Tests", "ApiServer", "Replay", "known-deviations.txt"))
        .Where(l => l.Contains('|'))
        .Select(l => l.Split('|', 2, StringSplitOptions.TrimEntries))
        .ToDictionary(p => p[0], p => p[1]);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Canary.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("no Canary.sln above the tests");
    }
}
