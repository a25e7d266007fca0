using System;
using System.IO;

namespace Canary.Testing;

/// <summary>The folder that the tests were built from: it holds <c>Canary.sln</c>.</summary>
internal static class RepositoryFolder
{
    /// <summary>Its absolute path.</summary>
    /// <exception cref="DirectoryNotFoundException">The tests do not run below the repository.</exception>
    public static string Root { get; } = Find();

    /// <summary>A file or folder in it.</summary>
    /// <param name="parts">Names from the root on.</param>
    public static string PathTo(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Canary.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"no Canary.sln above {AppContext.BaseDirectory}");
    }
}
