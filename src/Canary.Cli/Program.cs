using System;
using System.Threading.Tasks;
using Canary.Cli.Io;

namespace Canary.Cli;

internal static class Program
{
    private static Task<int> Main(string[] args) =>
        SiblingExecutable.Find(args) is { } sibling
            ? Task.FromResult(sibling.Exec())
            : CommandLine.RunAsync(args, new CommandIo(Console.Out, Console.Error, TimeProvider.System), OutputReader.Watch());
}
