using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Engine.Ports;

/// <summary>Both sides, and what is wrong with what the spec names.</summary>
public sealed record WorkloadReading(SideObservation First, SideObservation Second, EquatableArray<SpecError> Problems);
