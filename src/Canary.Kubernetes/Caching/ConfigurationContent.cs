using System;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Caching;

/// <summary>What is kept of a ConfigMap or Secret in memory: whose it is, and a hash of all its keys and values. No value.</summary>
internal static class ConfigurationContent
{
    private const string Hash = "content";
    private const string Type = "type";

    /// <summary>The fields that hold values.</summary>
    public static readonly string[] Members = ["data", "binaryData"];

    /// <summary>The object without its values.</summary>
    public static JsonObject Project(JsonObject document)
    {
        var kept = Projections.Head(document);
        if (Json.Text(document, "metadata", "labels", CopyLabels.Rollout) is { } rollout)
            kept["metadata"]!["labels"] = new JsonObject { [CopyLabels.Rollout] = rollout };
        if (Json.Object(document, "metadata", "annotations")?[CopyLabels.ConfigTracking] is { } tracking)
            kept["metadata"]!["annotations"] = new JsonObject { [CopyLabels.ConfigTracking] = tracking.DeepClone() };
        if (Json.Text(document, Type) is { } type) kept[Type] = type;
        kept[Hash] = Compute(document);
        return kept;
    }

    /// <summary>The hash of one that was projected.</summary>
    public static string Read(JsonObject kept) => Json.Text(kept, Hash) ?? "";

    /// <summary>The hash of a whole one. Labels, annotations and <c>immutable</c> are not in it: no container reads them.</summary>
    public static string Compute(JsonObject document)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var member in Members)
        {
            foreach (var (key, value) in Json.Map(document, member).OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                // Lengths keep what stands beside each other apart.
                foreach (var part in new[] { member, key, value })
                {
                    var bytes = Encoding.UTF8.GetBytes(part);
                    hash.AppendData(Encoding.ASCII.GetBytes(bytes.Length.ToString(CultureInfo.InvariantCulture) + ":"));
                    hash.AppendData(bytes);
                }
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>A Secret that the server fills with a token: a copy of it would get another one.</summary>
    public static bool IsToken(JsonObject kept) => Json.Text(kept, Type) is "kubernetes.io/service-account-token";
}
