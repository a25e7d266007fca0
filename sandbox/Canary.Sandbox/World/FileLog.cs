using System;
using System.IO;
using System.Threading;
using Microsoft.Extensions.Logging;

namespace Canary.Sandbox.World;

/// <summary>Writes what the sandbox logs into a file of its state folder: standard output and the screen belong to the demo.</summary>
internal sealed class FileLog(string path) : ILoggerProvider
{
    private readonly StreamWriter _file = new(path) { AutoFlush = true };
    private readonly Lock _lock = new();

    public ILogger CreateLogger(string categoryName) => new Writer(this);

    public void Dispose() => _file.Dispose();

    private sealed class Writer(FileLog owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            lock (owner._lock)
                owner._file.WriteLine(
                    $"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {logLevel} {formatter(state, exception)}"
                        + $"{(exception is null ? "" : Environment.NewLine + exception)}");
        }
    }
}
