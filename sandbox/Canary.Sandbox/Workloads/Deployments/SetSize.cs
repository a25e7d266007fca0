namespace Canary.Sandbox.Workloads.Deployments;

/// <summary>Pods of one ReplicaSet: wanted, and available of those.</summary>
internal sealed record SetSize(string Name, int Wanted, int Available);
