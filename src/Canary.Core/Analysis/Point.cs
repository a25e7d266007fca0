using System;

namespace Canary.Core.Analysis;

/// <summary>A value at a time.</summary>
public readonly record struct Point(DateTimeOffset At, double Value);
