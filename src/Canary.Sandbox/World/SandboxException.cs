using System;

namespace Canary.Sandbox.World;

/// <summary>The sandbox cannot run here, and says what to do about it.</summary>
internal sealed class SandboxException(string message) : Exception(message);
