using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Engine.Ports;

/// <summary>How the making of an AnalysisRun ended.</summary>
public abstract record RunCreation
{
    private RunCreation() { }

    /// <summary>It is there now, made by this call or by an earlier one.</summary>
    public sealed record Exists(RunSnapshot Run) : RunCreation;

    /// <summary>A template is missing or wrong.</summary>
    public sealed record Invalid(EquatableArray<SpecError> Problems) : RunCreation;
}
