using System;

namespace Canary.Core.Rollouts;

/// <summary>Why a rollout does not advance.</summary>
public sealed record Hold(HoldReason Reason, DateTimeOffset Since, string Message);
