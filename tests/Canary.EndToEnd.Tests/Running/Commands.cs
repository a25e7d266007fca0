using System;
using System.IO;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests.Running;

/// <summary>Where the commands under test are: CANARY_BIN, else artifacts/canary of this repository, as <c>make publish</c> leaves them.</summary>
internal static class Commands
{
    public static string Find(string name)
    {
        var folder = Environment.GetEnvironmentVariable("CANARY_BIN") ?? Path.Combine(Root(), "artifacts", "canary");
        var path = Path.Combine(folder, name);
        if (!File.Exists(path)) Assert.Fail($"{path} is not there: run make publish first, or set CANARY_BIN");
        return path;
    }

    public static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Canary.sln"))) return folder.FullName;
        throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
