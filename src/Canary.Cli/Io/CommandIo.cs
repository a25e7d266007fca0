using System;
using System.IO;

namespace Canary.Cli.Io;

/// <summary>Where the command writes and what time it is.</summary>
internal sealed record CommandIo(TextWriter Output, TextWriter Error, TimeProvider Time);
