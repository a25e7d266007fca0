using System;

namespace Canary.Cli.Commands;

/// <summary>A file that the command line names cannot be read; the message says which, and why.</summary>
internal sealed class InputFileException(string message) : Exception(message);
