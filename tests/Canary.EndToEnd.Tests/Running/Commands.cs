using System;
using System.IO;
using System.Linq;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests.Running;

/// <summary>Where the commands under test are: CANARY_BIN, else artifacts/canary of this repository, as <c>make publish</c> leaves
/// them.</summary>
internal static class Commands
{
    public static string Find(string name)
    {
        var folder = Environment.GetEnvironmentVariable("CANARY_BIN") ?? Path.Combine(Root(), "artifacts", "canary");
        var path = Path.Combine(folder, name);
        if (!File.Exists(path)) Assert.Fail($"{path} is not there: run make publish first, or set CANARY_BIN");
        return path;
    }

    /// <summary>Skips a test that needs kubectl where there is none.</summary>
    public static void RequireKubectl()
    {
        if ((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(path => File.Exists(Path.Combine(path, "kubectl")))) return;
        throw new IgnoreException("kubectl is not on the PATH. Install kubectl 1.30 or newer: https://kubernetes.io/docs/tasks/tools/");
    }

    public static string Root() => RepositoryFolder.Root;
}
