using System;

namespace Canary.Core.Rollouts;

/// <summary>Why a rollout was rolled back.</summary>
/// <param name="Reason">Kind of cause.</param>
/// <param name="Since">When it was decided.</param>
/// <param name="Message">The cause in words, with the numbers that decided it.</param>
/// <param name="Weight">Weight of the canary when it was decided.</param>
public sealed record Abort(AbortReason Reason, DateTimeOffset Since, string Message, Units.Weight Weight);
