using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Canary.Testing;

namespace Canary.ApiServer.Tests.Replay;

/// <summary>Where the recordings of a real server are, and the list of what is known to differ.</summary>
internal static class RecordingFiles
{
    public static string Folder => RepositoryFolder.PathTo("sandbox", "Canary.ApiServer.Tests", "Recordings");

    /// <summary>Line by line: where, and why it stays different.</summary>
    public static IReadOnlyDictionary<string, string> KnownDeviations() => File
        .ReadAllLines(RepositoryFolder.PathTo("sandbox", "Canary.ApiServer.Tests", "Replay", "known-deviations.txt"))
        .Where(l => l.Contains('|'))
        .Select(l => l.Split('|', 2, StringSplitOptions.TrimEntries))
        .ToDictionary(p => p[0], p => p[1]);
}
