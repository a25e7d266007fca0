using System.CommandLine;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Kubernetes.Linting;

namespace Canary.Cli.Commands;

/// <summary>Takes over templates of Argo Rollouts.</summary>
internal static class MigrateCommand
{
    public static Command Create(CommandIo io)
    {
        var command = new Command("migrate",
            "Convert analysis templates of Argo Rollouts: print them with Canary's apiVersion and compatibility: argo, which keeps their "
                + "verdicts");
        var files = new Argument<string[]>("FILE") { Description = "YAML files, or - for standard input", Arity = ArgumentArity.OneOrMore };
        command.Arguments.Add(files);
        command.SetAction(async (parsed, cancel) =>
        {
            var isFirst = true;
            foreach (var path in parsed.GetValue(files)!)
            {
                var text = await InputFile.ReadAsync(path, cancel);
                if (Read(text, out var problem) is not { } migrated)
                {
                    await io.Error.WriteLineAsync($"error: {path}{problem}");
                    return (int)ExitCode.Failed;
                }

                await io.Error.WriteLineAsync(
                    $"{path}: {(migrated.Count == 1 ? "1 template" : $"{migrated.Count} templates")} of Argo Rollouts taken over");
                await PrintAsync(io, migrated.Text, isFirst);
                isFirst = false;
            }

            return (int)ExitCode.Done;
        });
        return command;
    }

    private static async Task PrintAsync(CommandIo io, string text, bool isFirst)
    {
        if (!isFirst && !text.StartsWith("---", System.StringComparison.Ordinal)) await io.Output.WriteLineAsync("---");
        await io.Output.WriteAsync(text.EndsWith('\n') ? text : text + "\n");
    }

    private static (string Text, int Count)? Read(string text, out string problem)
    {
        problem = "";
        try
        {
            return ArgoTemplates.Migrate(text);
        }
        catch (YamlDotNet.Core.YamlException wrong)
        {
            problem = $":{wrong.Start.Line}: it is no YAML: {wrong.Message}";
            return null;
        }
    }
}
