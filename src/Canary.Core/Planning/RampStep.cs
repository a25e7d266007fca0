using System;
using Canary.Core.Units;

namespace Canary.Core.Planning;

/// <summary>A step that sets a weight, with the time that the rollout then spends at it.</summary>
/// <param name="Index">Index of the step.</param>
/// <param name="Weight">Share of the traffic that the canary gets.</param>
/// <param name="Length">Pauses and analyses until the next weight; null: until a person promotes.</param>
public sealed record RampStep(int Index, Weight Weight, TimeSpan? Length);
