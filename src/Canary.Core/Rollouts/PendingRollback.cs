using System;

namespace Canary.Core.Rollouts;

/// <summary>An old version that the canary side's Deployment is to get: a level that is there until the Deployment has it, or somebody
/// pushes another one.</summary>
/// <param name="Revision">What it is to get.</param>
/// <param name="From">What it had when a person asked. With anything else nothing is written.</param>
/// <param name="By">Who asked; empty where it was not said.</param>
/// <param name="At">When.</param>
public sealed record PendingRollback(string Revision, string From, string By, DateTimeOffset At);

/// <summary>A version that a person undid by going to an older one.</summary>
/// <param name="Revision">The one that was undone.</param>
/// <param name="To">The one that the Deployment got instead.</param>
/// <param name="By">Who asked; empty where it was not said.</param>
public sealed record UndoneRevision(string Revision, string To, string By);
