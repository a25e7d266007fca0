using System;

namespace Canary.Core.Planning;

/// <summary>Where a ramp rolls a regression back, for the evidence that is to be expected. Somewhat more than half of all canaries that are
/// so much worse are found by then.</summary>
/// <param name="Step">Index of the step that set the weight in force.</param>
/// <param name="After">Time since the ramp began: the window has ended and was read.</param>
/// <param name="Requests">Requests that the canary has served.</param>
/// <param name="Events">Of them those that failed, or were slow.</param>
/// <param name="IsIfNobodyPromotes">It is at, or after, a pause that a person ends, of which only what was needed is counted.</param>
public sealed record Detection(int Step, TimeSpan After, double Requests, double Events, bool IsIfNobodyPromotes);
