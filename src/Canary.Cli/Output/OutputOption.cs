using System.CommandLine;

namespace Canary.Cli.Output;

/// <summary><c>-o json|yaml</c> and what else a command offers.</summary>
internal static class OutputOption
{
    public static Option<string?> Create(params string[] more)
    {
        string[] allowed = ["json", "yaml", .. more];
        var option = new Option<string?>("--output", "-o") { Description = "Form of the output: " + string.Join(", ", allowed) };
        option.AcceptOnlyFromAmong(allowed);
        return option;
    }
}
