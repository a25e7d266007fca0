using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace Canary.Cli;

/// <summary>Who reads what the command writes to a pipe. Once nobody does, a command that waits has nothing left to do.</summary>
internal static partial class OutputReader
{
    private const int StandardOutput = 1;

    private const short Gone = 0x8 | 0x10;

    /// <summary>A token that is cancelled when the reader of the pipe has gone; where standard output is no pipe, never.</summary>
    public static CancellationToken Watch()
    {
        if (!Console.IsOutputRedirected || !(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())) return CancellationToken.None;
        var gone = new CancellationTokenSource();
        // It asks for no event: a reader that goes is told all the same.
        new Thread(() =>
        {
            var output = new Descriptor { Number = StandardOutput };
            if (Poll(ref output, 1, -1) > 0 && (output.Seen & Gone) != 0) gone.Cancel();
        })
        { IsBackground = true, Name = "reader of the output" }.Start();
        return gone.Token;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref Descriptor descriptors, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Descriptor
    {
        public int Number;
        public short Asked;
        public short Seen;
    }
}
