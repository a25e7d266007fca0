using k8s.Models;

namespace Canary.Kubernetes.LeaderElection;

/// <summary>One leadership: its term, the Lease as written last, and when that was.</summary>
internal sealed record Leadership(long Term, V1Lease Lease, long RenewedAt);
