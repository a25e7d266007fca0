using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Output;
using NUnit.Framework;

namespace Canary.Cli.Tests.Pages;

/// <summary>Prometheus' own reader of queries.</summary>
internal static class Promtool
{
    /// <summary>What it says against these queries; empty: it can read all of them.</summary>
    public static async Task<string> CheckAsync(IReadOnlyList<string> queries, CancellationToken cancel)
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "promtool"))))
            throw new IgnoreException(
                "promtool is not on the PATH. Run the tests with make test, or install it: apt-get install prometheus");
        var rules = new JsonArray([.. queries.Select((query, index) => new JsonObject { ["record"] = $"q{index}", ["expr"] = query })]);
        var document = new JsonObject { ["groups"] = new JsonArray(new JsonObject { ["name"] = "pages", ["rules"] = rules }) };
        var folder = Directory.CreateTempSubdirectory("canary-pages-").FullName;
        var file = Path.Combine(folder, "rules.yml");
        await File.WriteAllTextAsync(file, PrintedDocuments.ToYaml(document), cancel);
        var start =
            new ProcessStartInfo("promtool", ["check", "rules", file]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var tool = Process.Start(start)!;
        var error = tool.StandardError.ReadToEndAsync(cancel);
        await tool.StandardOutput.ReadToEndAsync(cancel);
        await tool.WaitForExitAsync(cancel);
        Directory.Delete(folder, recursive: true);
        return tool.ExitCode == 0 ? "" : $"exit code {tool.ExitCode}: {await error}";
    }
}
