using Canary.Core.Analysis.Secrets;

namespace Canary.Core.Analysis;

/// <summary>How to authenticate to a metric source.</summary>
public abstract record MetricAuthentication
{
    private MetricAuthentication() { }

    /// <summary><c>Authorization: Bearer</c>.</summary>
    public sealed record Bearer(SecretValue Token) : MetricAuthentication;

    /// <summary>Client credentials of OAuth 2 (RFC 6749, section 4.4): a token is fetched, kept until it expires, and sent as a bearer
    /// token.</summary>
    /// <param name="TokenUrl">Where the token is fetched.</param>
    /// <param name="ClientId">The client.</param>
    /// <param name="ClientSecret">Its secret.</param>
    /// <param name="Scopes">Scopes that are asked for.</param>
    public sealed record OAuth2(string TokenUrl, SecretValue ClientId, SecretValue ClientSecret, Units.EquatableArray<string> Scopes)
        : MetricAuthentication;

    /// <summary><c>Authorization: Basic</c> (RFC 7617).</summary>
    public sealed record Basic(SecretValue User, SecretValue Password) : MetricAuthentication
    {
        /// <summary>The field that a template has it in: <c>basic</c>, or <c>basicAuth</c> as in Argo Rollouts.</summary>
        public string Field { get; init; } = "basic";
    }

    /// <summary>Signature version 4 of Amazon's services, for Amazon Managed Service for Prometheus. Who signs is found as the AWS SDK
    /// finds it: environment, web identity, container, instance.</summary>
    /// <param name="Region">The region; null: that of the environment.</param>
    /// <param name="Profile">A profile of the shared configuration; null: none.</param>
    /// <param name="RoleArn">A role to assume first; null: none.</param>
    public sealed record Sigv4(string? Region, string? Profile, string? RoleArn) : MetricAuthentication;
}
