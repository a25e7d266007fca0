using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Cli.Output;
using Canary.Kubernetes.Linting;

namespace Canary.Cli.Commands;

/// <summary>Checks files offline.</summary>
internal static class LintCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var command = new Command("lint", "Check Rollouts and templates in files, offline: every error with its file, line and field path");
        var files = new Argument<string[]>("FILE") { Description = "YAML or JSON files, folders of them, or - for standard input", Arity = ArgumentArity.OneOrMore };
        var output = OutputOption.Create();
        command.Arguments.Add(files);
        command.Options.Add(output);
        command.SetAction(async (parsed, cancel) =>
        {
            var sources = new List<LintSource>();
            foreach (var path in parsed.GetValue(files)!.SelectMany(Expand))
            {
                if (path != "-" && !File.Exists(path))
                {
                    await surroundings.Error.WriteLineAsync($"error: {path} is not there");
                    return (int)ExitCode.Usage;
                }

                sources.Add(new LintSource(path, path == "-" ? await System.Console.In.ReadToEndAsync(cancel) : await File.ReadAllTextAsync(path, cancel)));
            }

            var findings = OfflineLint.Check(sources);
            await surroundings.Output.WriteAsync(parsed.GetValue(output) switch
            {
                "json" => PrintedDocuments.ToJson(AsDocument(findings)),
                "yaml" => PrintedDocuments.ToYaml(AsDocument(findings)),
                _ => string.Concat(findings.Select(finding => finding + "\n")),
            });
            if (parsed.GetValue(output) is null)
                await surroundings.Error.WriteLineAsync($"{sources.Count} {(sources.Count == 1 ? "file" : "files")} checked, {findings.Count} {(findings.Count == 1 ? "error" : "errors")}");
            return (int)(findings.Count == 0 ? ExitCode.Done : ExitCode.Failed);
        });
        return command;
    }

    private static IEnumerable<string> Expand(string path) =>
        Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".yaml" or ".yml" or ".json").Order(System.StringComparer.Ordinal)
            : [path];

    private static JsonObject AsDocument(IReadOnlyList<LintFinding> findings) => new()
    {
        ["errors"] = new JsonArray([.. findings.Select(finding => new JsonObject
        {
            ["file"] = finding.File,
            ["line"] = finding.Line,
            ["object"] = finding.Subject,
            ["path"] = finding.Path,
            ["message"] = finding.Message,
        })]),
    };
}
