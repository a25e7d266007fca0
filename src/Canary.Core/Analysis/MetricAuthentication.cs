namespace Canary.Core.Analysis;

/// <summary>How to authenticate to a metric source.</summary>
public abstract record MetricAuthentication
{
    private MetricAuthentication() { }

    /// <summary><c>Authorization: Bearer</c>.</summary>
    public sealed record Bearer(SecretValue Token) : MetricAuthentication;

    /// <summary><c>Authorization: Basic</c> (RFC 7617).</summary>
    public sealed record Basic(SecretValue User, SecretValue Password) : MetricAuthentication;
}
