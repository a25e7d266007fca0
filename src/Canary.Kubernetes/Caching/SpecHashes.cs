using System;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Api.Wire;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Caching;

/// <summary>
/// The content of the two specs in a Rollout: most revisions of a Rollout differ in the rest of the status alone, and what was read of
/// equal specs is read once. <c>metadata.generation</c> would not do: it says nothing of the spec in force.
/// </summary>
/// <param name="Spec">Half a SHA-256 of <c>spec</c>; empty where there is none.</param>
/// <param name="Accepted">That of <c>status.accepted</c>.</param>
internal sealed record SpecHashes(Guid Spec, Guid Accepted)
{
    private static readonly ConditionalWeakTable<JsonObject, SpecHashes> Computed = [];

    /// <summary>The hashes of a document that is never changed.</summary>
    public static SpecHashes Compute(JsonObject rollout) => Computed.GetValue(
        rollout, static document => new SpecHashes(Hash(document["spec"]), Hash(Json.Object(document, "status", "accepted"))));

    /// <summary>The hash of any part of a document.</summary>
    public static Guid Hash(JsonNode? node)
    {
        if (node is null) return Guid.Empty;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(AnswerReader.ToBytes(node), hash);
        return new Guid(hash[..16]);
    }
}
