using Canary.Http;
using Canary.Providers.Aws;
using Canary.Providers.Prometheus.Query;

namespace Canary.Providers.Metrics;

/// <summary>How Prometheus is asked where a template does not say it.</summary>
/// <param name="DefaultAddress">Address for templates that name none; null: such a template is answered with what is missing.</param>
public sealed record PrometheusOptions(string? DefaultAddress)
{
    /// <summary>
    /// Which addresses that a template names may be asked, OAuth token endpoints too; null: all. <see cref="DefaultAddress"/> always may.
    /// </summary>
    public AddressRules? Addresses { get; init; }

    /// <summary>How each server is asked; a query has its own timeout.</summary>
    public PrometheusQueryOptions Query { get; init; } = new();

    /// <summary>Where identities of AWS come from; null: there are none.</summary>
    public IAwsIdentities? AwsIdentities { get; init; }
}
