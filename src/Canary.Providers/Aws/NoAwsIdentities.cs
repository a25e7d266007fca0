using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;

namespace Canary.Providers.Aws;

/// <summary>A process that has no identity of AWS: a command asks Prometheus as the person who runs it.</summary>
internal sealed class NoAwsIdentities : IAwsIdentities
{
    public Task<AwsIdentity> GetAsync(MetricAuthentication.Sigv4 how, Uri address, CancellationToken cancel) =>
        throw new AwsIdentityException(
            "authentication.sigv4 signs with the identity of the controller, which a command does not have; "
                + "give --prometheus with the address of a proxy that signs");
}
