using System;
using System.IO;

namespace Canary.Kubernetes.Tests;

/// <summary>Where the repository is.</summary>
internal static class RepositoryFolder
{
    public static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Canary.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("Canary.sln is in no folder above the tests");
    }
}
