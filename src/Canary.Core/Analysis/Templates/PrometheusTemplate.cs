using Canary.Core.Analysis.Secrets;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Templates;

/// <summary><c>provider.prometheus</c> of a template, and the connection of <c>provider.red</c>, before its arguments are known.</summary>
/// <param name="Address"><c>address</c>; nothing: the one that the controller was started with.</param>
/// <param name="Query"><c>query</c>; empty for <c>red</c>.</param>
/// <param name="Range"><c>rangeQuery</c>; null: an instant query.</param>
/// <param name="Timeout"><c>timeout</c>: a duration.</param>
/// <param name="Authentication"><c>authentication</c>.</param>
/// <param name="Headers"><c>headers</c>.</param>
/// <param name="IsInsecure"><c>insecure</c>.</param>
/// <param name="CertificateAuthority"><c>certificateAuthority</c>: PEM.</param>
public sealed record PrometheusTemplate(
    string? Address,
    string Query,
    RangeTemplate? Range,
    string? Timeout,
    MetricAuthentication? Authentication,
    EquatableArray<MetricHeader> Headers,
    bool IsInsecure,
    SecretValue? CertificateAuthority)
{
    /// <summary>Nothing given: the controller's default address, without credentials.</summary>
    public static readonly PrometheusTemplate Default = new(null, "", null, null, null, [], false, null);

    /// <summary><c>samplesQuery</c>: how many samples the measurement saw; nothing: not known.</summary>
    public string? SamplesQuery { get; init; }
}
