using System;

namespace Canary.Core.Analysis;

/// <summary>A range query: from <paramref name="Length"/> before the evaluation time to it.</summary>
public sealed record QueryRange(TimeSpan Length, TimeSpan Step);
