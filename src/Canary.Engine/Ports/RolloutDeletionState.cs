using Canary.Core.Rollouts;

namespace Canary.Engine.Ports;

/// <summary>What a Rollout's metadata and spec say of its deletion.</summary>
/// <param name="IsAsked">It has a <c>deletionTimestamp</c>: it goes as soon as nobody holds it.</param>
/// <param name="IsHeld">It carries the finalizer <c>canary.delivery/traffic</c>.</param>
/// <param name="Policy">What becomes of the traffic. Read even where the rest of the spec is wrong.</param>
public readonly record struct RolloutDeletionState(bool IsAsked, bool IsHeld, DeletionPolicy Policy);
