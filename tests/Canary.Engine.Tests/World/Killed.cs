using System;

namespace Canary.Engine.Tests.World;

/// <summary>The process is gone: nothing after this is done by it.</summary>
internal sealed class Killed() : Exception("SIGKILL");
