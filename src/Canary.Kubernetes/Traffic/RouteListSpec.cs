using System.Collections.Generic;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Kubernetes.Traffic;

/// <summary>A router that shares requests out by weights in objects of a list. Source: a field of <c>spec.traffic</c>.</summary>
/// <param name="Routes">At least one.</param>
public abstract record RouteListSpec(EquatableArray<RouteReference> Routes) : RouterSpec
{
    /// <inheritdoc />
    public override string Key => Form.Key;

    /// <inheritdoc />
    public override bool HasRoutes => Routes.Count > 0;

    internal abstract RouteListForm Form { get; }

    /// <inheritdoc />
    public override IEnumerable<SpecError> Check() => Form.Check(Routes);
}
