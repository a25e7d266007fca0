using System;
using Canary.Core.Units;

namespace Canary.Engine;

/// <summary>A write that was refused, and when it is worth another try.</summary>
/// <param name="Target">The share that was to be written; null: it was no weight.</param>
/// <param name="Message">What was to be written, and why not.</param>
/// <param name="Failures">Refusals in a row.</param>
/// <param name="RetryAt">No try before.</param>
internal sealed record RefusedWrite(Weight? Target, string Message, int Failures, DateTimeOffset RetryAt);
