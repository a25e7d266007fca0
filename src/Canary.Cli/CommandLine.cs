using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Threading.Tasks;
using Canary.Cli.Commands;

namespace Canary.Cli;

/// <summary>Reads a command line and carries it out.</summary>
internal static class CommandLine
{
    /// <summary>The exit code. One that cannot be read says why, with how it is called, and does nothing: 2.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Surroundings surroundings)
    {
        var parsed = RootCommands.Create(surroundings).Parse(args);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = surroundings.Output, Error = surroundings.Error });
        return parsed.Errors.Count > 0 ? (int)ExitCode.Usage : code;
    }

    /// <summary>An argument of words, of which none looks like an option: one that is not known would be taken for a word otherwise.</summary>
    public static Argument<string[]> Words(string name, string description, ArgumentArity arity)
    {
        var words = new Argument<string[]>(name) { Description = description, Arity = arity };
        words.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value is ['-', _, ..])) result.AddError($"there is no option {token.Value}");
        });
        return words;
    }
}
