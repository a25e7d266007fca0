namespace Canary.Providers.Aws;

/// <summary>Who signs requests to AWS.</summary>
/// <param name="AccessKey">Name of the key.</param>
/// <param name="SecretKey">The key; it is never sent.</param>
/// <param name="SessionToken">Of temporary keys; null for lasting ones.</param>
/// <param name="Region">Region that requests are signed for.</param>
public sealed record AwsIdentity(string AccessKey, string SecretKey, string? SessionToken, string Region);
