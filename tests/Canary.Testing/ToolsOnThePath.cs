using System;
using System.IO;
using System.Runtime.CompilerServices;

namespace Canary.Testing;

/// <summary>Programs that <c>scripts/tools.sh</c> unpacked are found by every test, whoever starts it: <c>make test</c>, <c>dotnet test</c>
/// or an IDE.</summary>
internal static class ToolsOnThePath
{
    [ModuleInitializer]
    internal static void Add()
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        Environment.SetEnvironmentVariable("PATH", $"{RepositoryFolder.PathTo(".tools", "usr", "bin")}{Path.PathSeparator}{path}");
    }
}
