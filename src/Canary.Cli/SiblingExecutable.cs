using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Canary.Cli.Io;

namespace Canary.Cli;

/// <summary>A command that is an executable of its own beside this one, so that <c>canary get</c> never pays for it.</summary>
/// <param name="Executable">File name in the folder of this command.</param>
/// <param name="Arguments">What it is given.</param>
internal sealed partial record SiblingExecutable(string Executable, string[] Arguments)
{
    /// <summary>The sibling that these arguments name; null: the command line is for this command itself.</summary>
    public static SiblingExecutable? Find(string[] args) => args.FirstOrDefault() switch
    {
        "controller" => new("canary-controller", WithVerb(args[1..], "run")),
        "sandbox" => new("canary-sandbox", WithVerb(args[1..], "run")),
        "demo" => new("canary-sandbox", ["demo", .. args[1..]]),
        _ => null,
    };

    /// <summary>Starts it in the place of this process, so that signals and the terminal are its own. Returns where that is not
    /// possible.</summary>
    public int Exec()
    {
        var path = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? Executable + ".exe" : Executable);
        if (!File.Exists(path))
        {
            Console.Error.WriteLine($"error: {Executable} is not beside this command (looked for {path}). Build it: make publish");
            return (int)ExitCode.Unreachable;
        }

        if (!OperatingSystem.IsWindows())
        {
            Replace(path, [path, .. Arguments, null]);
            Console.Error.WriteLine($"error: {path} cannot be started: {Marshal.GetLastPInvokeErrorMessage()}");
            return (int)ExitCode.Unreachable;
        }

        using var process = Process.Start(new ProcessStartInfo(path, Arguments) { UseShellExecute = false })!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private static string[] WithVerb(string[] rest, string verb) =>
        rest.Length > 0 && (!rest[0].StartsWith('-') || rest[0] is "--help" or "-h" or "-?" or "--version") ? rest : [verb, .. rest];

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Replace(string path, string?[] arguments);
}
