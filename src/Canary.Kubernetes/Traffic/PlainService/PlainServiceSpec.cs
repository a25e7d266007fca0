using System.Collections.Generic;
using Canary.Core.Traffic;
using Canary.Core.Validation;

namespace Canary.Kubernetes.Traffic.PlainService;

/// <summary>The Service that clients call, over pods of both sides: their numbers are the weight. Source: <c>spec.traffic.service</c>, an
/// empty object; <c>spec.workload</c> names the Service.</summary>
public sealed record PlainServiceSpec : RouterSpec
{
    /// <inheritdoc />
    public override string Key => PlainServiceDescriptor.Field;

    /// <inheritdoc />
    public override bool HasRoutes => true;

    /// <inheritdoc />
    public override bool SharesByPods => true;

    /// <inheritdoc />
    public override IEnumerable<SpecError> Check() => [];
}
