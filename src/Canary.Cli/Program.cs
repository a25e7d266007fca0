using System;
using System.Threading.Tasks;
using Canary.Cli.Commands;

namespace Canary.Cli;

internal static class Program
{
    private static Task<int> Main(string[] args) =>
        Companion.Find(args) is { } companion
            ? Task.FromResult(companion.Become())
            : RootCommands.Create(new Surroundings(Console.Out, Console.Error, TimeProvider.System)).Parse(args).InvokeAsync();
}
