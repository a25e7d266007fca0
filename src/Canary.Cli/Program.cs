using System;
using System.Threading.Tasks;

namespace Canary.Cli;

internal static class Program
{
    private static Task<int> Main(string[] args) =>
        Companion.Find(args) is { } companion
            ? Task.FromResult(companion.Become())
            : CommandLine.RunAsync(args, new Surroundings(Console.Out, Console.Error, TimeProvider.System), OutputReader.Watch());
}
