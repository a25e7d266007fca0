using System.Collections.Generic;
using Canary.Core.Traffic;
using Canary.Core.Validation;

namespace Canary.Testing.Routers;

/// <summary>A router of a test: the core knows no real one.</summary>
/// <param name="Name">What tells it from another; empty: it is wrong, and has no routes; simple: it has no header and
/// mirror routes.</param>
public sealed record NamedRouter(string Name) : RouterSpec
{
    /// <inheritdoc />
    public override string Key => "named";

    /// <inheritdoc />
    public override bool HasRoutes => Name.Length > 0;

    /// <inheritdoc />
    public override bool HasManagedRoutes => Name != "simple";

    /// <inheritdoc />
    public override IEnumerable<SpecError> Check() => HasRoutes ? [] : [new SpecError("spec.traffic.named", "it is empty")];
}
