using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Analysis.Templates;

/// <summary>What became of a <see cref="TemplateRequest"/>.</summary>
public abstract record TemplateResolution
{
    private TemplateResolution() { }

    /// <summary>Every argument has its value, every condition parses.</summary>
    public sealed record Resolved(RunSpec Run) : TemplateResolution;

    /// <summary>All that is wrong. Paths are those of the template (<c>spec.metrics[0].interval</c>), or <c>args[0]</c> of what the user
    /// gives; the message names the template and the metric.</summary>
    public sealed record Invalid(EquatableArray<SpecError> Problems) : TemplateResolution;
}
