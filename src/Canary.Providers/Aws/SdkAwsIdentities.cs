using System;
using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Canary.Core.Analysis;

namespace Canary.Providers.Aws;

/// <summary>
/// Identities as the AWS SDK finds them: the environment, a web identity (roles of service accounts on EKS), shared profiles, the container
/// and the instance; and roles that they assume.
/// </summary>
public sealed partial class SdkAwsIdentities(TimeProvider time) : IAwsIdentities
{
    private const string SessionName = "canary";

    // Templates come from many; what is kept is bounded.
    private const int MostKept = 100;

    // Temporary keys that end on the way to the server are of no use.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, AWSCredentials> _sources = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<
        (string Profile, string Role, string Region),
        (AwsIdentity Identity, DateTimeOffset Until)> _roles = new();

    /// <inheritdoc />
    public async Task<AwsIdentity> GetAsync(MetricAuthentication.Sigv4 how, Uri address, CancellationToken cancel)
    {
        try
        {
            var region = how.Region
                ?? RegionOf(address)
                ?? ProfileRegion(how.Profile)
                ?? FallbackRegionFactory.GetRegionEndpoint(false)?.SystemName
                ?? throw new AwsIdentityException(
                    "no region of AWS is known: give authentication.sigv4.region, or set AWS_REGION for the controller");
            // The SDK looks for the first key without a way to give up: an instance that there is not is waited for.
            var source = await Task.Run(() => Source(how.Profile), CancellationToken.None).WaitAsync(cancel);
            if (how.RoleArn is { } role) return await AssumeAsync(source, how.Profile ?? "", role, region, cancel);
            var keys = await source.GetCredentialsAsync().WaitAsync(cancel);
            return new AwsIdentity(keys.AccessKey, keys.SecretKey, keys.Token is { Length: > 0 } token ? token : null, region);
        }
        catch (Exception broken)
            when (broken is AmazonClientException or AmazonServiceException or InvalidOperationException or ArgumentException)
        {
            throw new AwsIdentityException(
                $"there is no identity of AWS to sign with{(how.RoleArn is { } role ? $" as {role}" : "")}: {broken.Message}");
        }
    }

    private AWSCredentials Source(string? profile)
    {
        if (_sources.TryGetValue(profile ?? "", out var known)) return known;
        if (_sources.Count >= MostKept) _sources.Clear();
        if (profile is null) return _sources[""] = DefaultAWSCredentialsIdentityResolver.GetCredentials();
        return _sources[profile] = new CredentialProfileStoreChain().TryGetAWSCredentials(profile, out var found) ? found
            : throw new AwsIdentityException($"the configuration of AWS has no profile \"{profile}\"");
    }

    private async Task<AwsIdentity> AssumeAsync(AWSCredentials source, string profile, string role, string region, CancellationToken cancel)
    {
        var key = (profile, role, region);
        if (_roles.TryGetValue(key, out var kept) && kept.Until > time.GetUtcNow()) return kept.Identity;
        using var service = new AmazonSecurityTokenServiceClient(source, RegionEndpoint.GetBySystemName(region));
        var keys =
            (await service.AssumeRoleAsync(new AssumeRoleRequest { RoleArn = role, RoleSessionName = SessionName }, cancel)).Credentials;
        if (_roles.Count >= MostKept) _roles.Clear();
        var identity = new AwsIdentity(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken, region);
        _roles[key] = (identity, new DateTimeOffset((keys.Expiration ?? DateTime.UnixEpoch).ToUniversalTime()) - Margin);
        return identity;
    }

    private static string? ProfileRegion(string? profile) =>
        profile is not null && new CredentialProfileStoreChain().TryGetProfile(profile, out var found) ? found.Region?.SystemName : null;

    private static string? RegionOf(Uri address) =>
        WorkspaceHost().Match(address.Host) is { Success: true } host ? host.Groups["region"].Value : null;

    [GeneratedRegex(@"^aps-workspaces[a-z-]*\.(?<region>[a-z0-9-]+)\.(amazonaws\.com(\.cn)?|api\.aws)$", RegexOptions.CultureInvariant)]
    private static partial Regex WorkspaceHost();
}
