using System;
using System.Security.Cryptography;
using System.Text;
using Canary.Engine.Ports;

namespace Canary.Kubernetes.Configuration;

/// <summary>
/// The controller's key, from which each Rollout's is derived. The hashes stand where more people read than may read Secrets: in a status
/// and in names. Without the key a short value cannot be found by trying all of them.
/// </summary>
internal sealed class ConfigurationKey(byte[] secret)
{
    /// <summary>Bytes of a key.</summary>
    public const int Length = 32;

    private const int IdDigits = 10;

    /// <summary>Names the key, and says nothing of it.</summary>
    public string Id { get; } = Convert.ToHexStringLower(HMACSHA256.HashData(secret, "canary.delivery/key-id"u8))[..IdDigits];

    /// <summary>The hash of a content, as it may be shown.</summary>
    /// <param name="rollout">Namespace and name, and not its uid: a Rollout that is made again finds the copies that it made.</param>
    /// <param name="content">Hash of the content, without a key.</param>
    public string Digest(RolloutName rollout, string content) => Convert.ToHexStringLower(HMACSHA256.HashData(
        HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{rollout.Namespace}/{rollout.Name}")),
        Encoding.ASCII.GetBytes(content)))[..ConfigurationCopyName.Digits];
}
