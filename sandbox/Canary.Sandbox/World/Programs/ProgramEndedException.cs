using System;

namespace Canary.Sandbox.World.Programs;

/// <summary>A program of the sandbox ended by itself.</summary>
internal sealed class ProgramEndedException(string program, int exitCode, string lastLines)
    : Exception($"{program} ended by itself with code {exitCode}. It said last:{Environment.NewLine}{lastLines}");
