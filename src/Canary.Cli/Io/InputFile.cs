using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Canary.Usage;

namespace Canary.Cli.Io;

/// <summary>A file that the command line names; <c>-</c> is standard input.</summary>
internal static class InputFile
{
    /// <exception cref="InputFileException">It is not there, is a folder, or cannot be read.</exception>
    public static async Task<string> ReadAsync(string path, CancellationToken cancel)
    {
        if (path == "-") return await Console.In.ReadToEndAsync(cancel);
        if (Directory.Exists(path)) throw new InputFileException($"{path} is a folder; the name of a file is needed");
        if (!File.Exists(path))
            throw new InputFileException(
                $"{(path.Length is 0 or > 200 ? UsageErrors.Quote(path) : path.ReplaceLineEndings(" "))} is not there");
        try
        {
            return await File.ReadAllTextAsync(path, cancel);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InputFileException($"{path} cannot be read: {problem.Message}");
        }
    }
}

/// <summary>A file that the command line names cannot be read; the message says which, and why.</summary>
internal sealed class InputFileException(string message) : Exception(message);
