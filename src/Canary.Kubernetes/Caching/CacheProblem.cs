using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Caching;

/// <summary>A kind that this process cannot read.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Message">What cannot be read, and why.</param>
/// <param name="PreventsLeading">Nothing can be decided without it, and it does not pass by itself: another process may do better.</param>
public sealed record CacheProblem(ResourceKind Kind, string Message, bool PreventsLeading);
