using System;

namespace Canary.Engine.Tests.World;

/// <summary>A write that the API server took.</summary>
/// <param name="Kind"><c>run</c>, <c>newRun</c>, <c>status</c>, <c>route</c>, <c>claim</c>, <c>template</c>, <c>event</c>.</param>
internal sealed record FakeWrite(string Kind, string What, string By, DateTimeOffset At);
