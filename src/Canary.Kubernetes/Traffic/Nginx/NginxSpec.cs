using System.Collections.Generic;
using System.Linq;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Kubernetes.Traffic.Nginx;

/// <summary>ingress-nginx: a canary Ingress beside each Ingress of the user. Source: <c>spec.traffic.nginx</c>.</summary>
/// <param name="Ingresses">Names of the Ingresses that lead to the side named stable. At least one.</param>
/// <param name="AnnotationPrefix">What the annotations of the ingress controller begin with.</param>
public sealed record NginxSpec(EquatableArray<string> Ingresses, string AnnotationPrefix = NginxSpec.DefaultPrefix) : RouterSpec
{
    /// <summary>The prefix that ingress-nginx has by default (its flag <c>--annotations-prefix</c>).</summary>
    public const string DefaultPrefix = "nginx.ingress.kubernetes.io";

    /// <summary>What is added to the name of an Ingress for that of its canary.</summary>
    public const string Suffix = "-canary";

    private const int LongestName = 253;

    /// <inheritdoc />
    public override string Key => NginxDescriptor.Field;

    /// <inheritdoc />
    public override bool HasRoutes => Ingresses.Count > 0;

    /// <inheritdoc />
    public override bool HasManagedRoutes => true;

    /// <inheritdoc />
    public override IEnumerable<SpecError> Check()
    {
        for (var index = 0; index < Ingresses.Count; index++)
        {
            var (name, path) = (Ingresses[index], $"spec.traffic.{Key}.ingresses[{index}].name");
            if (Ingresses.Take(index).Contains(name)) yield return new SpecError(path, $"'{name}' is given twice; give it once");
            if (Ingresses.Contains(name + Suffix))
                yield return new SpecError(path, $"'{name}{Suffix}' is given too, and is the Ingress that Canary makes for '{name}'; remove it");
            if (name.Length + Suffix.Length > LongestName)
                yield return new SpecError(path,
                    $"it has {name.Length} letters, and Canary makes '{name}{Suffix}'; at most {LongestName - Suffix.Length} are allowed");
        }
    }
}
