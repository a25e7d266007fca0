using System;
using System.IO;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests;

/// <summary>Where the repository and the folder of recorded documents are.</summary>
internal static class RepositoryFolder
{
    public static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Canary.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("Canary.sln is in no folder above the tests");
    }

    /// <summary>A folder beside the repository, or the test is ignored.</summary>
    public static string FindShared(string name)
    {
        var shared = Environment.GetEnvironmentVariable("CANARY_SHARED") ?? Path.Combine(Find(), "..", "shared");
        var folder = Path.Combine(shared, name);
        if (!Directory.Exists(folder)) Assert.Ignore($"the folder shared/{name} is not beside the repository (CANARY_SHARED names another place)");
        return folder;
    }
}
