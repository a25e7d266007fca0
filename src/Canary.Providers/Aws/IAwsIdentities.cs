using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;

namespace Canary.Providers.Aws;

/// <summary>Where identities of AWS come from.</summary>
public interface IAwsIdentities
{
    /// <summary>The identity that signs now; temporary keys are renewed before they end.</summary>
    /// <param name="how">Region, profile and role of the template.</param>
    /// <param name="address">The address that is asked: it names a region where the template names none.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="AwsIdentityException">There is none.</exception>
    Task<AwsIdentity> GetAsync(MetricAuthentication.Sigv4 how, Uri address, CancellationToken cancel);
}

/// <summary>Who signs requests to AWS.</summary>
/// <param name="AccessKey">Name of the key.</param>
/// <param name="SecretKey">The key; it is never sent.</param>
/// <param name="SessionToken">Of temporary keys; null for lasting ones.</param>
/// <param name="Region">Region that requests are signed for.</param>
public sealed record AwsIdentity(string AccessKey, string SecretKey, string? SessionToken, string Region);

/// <summary>There is no identity to sign with; the message says what was looked for.</summary>
public sealed class AwsIdentityException(string message) : Exception(message);

/// <summary>A process that has no identity of AWS: a command asks Prometheus as the person who runs it.</summary>
internal sealed class NoAwsIdentities : IAwsIdentities
{
    public Task<AwsIdentity> GetAsync(MetricAuthentication.Sigv4 how, Uri address, CancellationToken cancel) =>
        throw new AwsIdentityException(
            "authentication.sigv4 signs with the identity of the controller, which a command does not have; "
                + "give --prometheus with the address of a proxy that signs");
}
