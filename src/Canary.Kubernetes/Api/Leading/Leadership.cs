using System.Text.Json.Nodes;

namespace Canary.Kubernetes.Api.Leading;

/// <summary>One leadership: its term, the Lease as written last, and when that was.</summary>
internal sealed record Leadership(long Term, JsonObject Lease, long RenewedAt);
