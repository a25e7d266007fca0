using System;

namespace Canary.Core.Rollouts;

/// <summary>A condition in the form of kstatus. <paramref name="LastTransitionTime"/> changes with <paramref name="IsTrue"/>
/// alone.</summary>
/// <param name="IsTrue">True, False, or null for Unknown.</param>
public sealed record Condition(ConditionType Type, bool? IsTrue, string Reason, string Message, DateTimeOffset LastTransitionTime);
