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
