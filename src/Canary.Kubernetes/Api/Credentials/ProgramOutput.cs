using System;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Kubernetes.Api.Credentials;

/// <summary>What a program printed until it ended.</summary>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
/// <param name="Overflow">The stream of which there was more than is read, so that the program was ended; null: neither.</param>
internal sealed record ProgramOutput(string Output, string Errors, string? Overflow)
{
    /// <summary>Characters that are read of each stream. A credential with its certificates is a hundredth of it.</summary>
    public const int MostCharacters = 1 << 20;

    /// <summary>
    /// Reads both streams to their end and waits for that of the program. A program that prints too much is ended, and so is one that is
    /// not waited for any longer.
    /// </summary>
    public static async Task<ProgramOutput> ReadAsync(Process process, CancellationToken cancel)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        string? overflow = null;
        try
        {
            var output = UpToAsync(process.StandardOutput, "standard output");
            var errors = UpToAsync(process.StandardError, "standard error");
            await Task.WhenAll(output, errors);
            if (overflow is null) await process.WaitForExitAsync(cancel);
            return new ProgramOutput(await output, await errors, overflow);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        async Task<string> UpToAsync(StreamReader stream, string name)
        {
            var text = new StringBuilder();
            var buffer = new char[4 << 10];
            try
            {
                for (int read; (read = await stream.ReadAsync(buffer, both.Token)) > 0;)
                {
                    text.Append(buffer, 0, read);
                    if (text.Length <= MostCharacters) continue;
                    Interlocked.CompareExchange(ref overflow, name, null);
                    process.Kill(entireProcessTree: true);
                    // Whoever else holds the other stream open is not waited for.
                    await both.CancelAsync();
                }
            }
            catch (OperationCanceledException) when (overflow is not null)
            {
                // What was read is enough to say what it printed.
            }

            return text.ToString();
        }
    }
}
