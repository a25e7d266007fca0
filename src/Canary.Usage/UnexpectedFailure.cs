using System;
using System.IO;
using System.Threading.Tasks;

namespace Canary.Usage;

/// <summary>What a command says of an error of its own: one sentence. Where it happened is shown to who asks for it.</summary>
public static class UnexpectedFailure
{
    /// <summary>Set to anything: the place in the code is shown as well.</summary>
    public const string Variable = "CANARY_TRACE";

    public static async Task TellAsync(Exception problem, TextWriter error)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 }) await error.WriteLineAsync(problem.ToString());
        await error.WriteLineAsync(
            $"error: {problem.Message.ReplaceLineEndings(" ")} This is a bug of canary, please report it; {Variable}=1 shows where it "
                + "happened.");
    }
}
