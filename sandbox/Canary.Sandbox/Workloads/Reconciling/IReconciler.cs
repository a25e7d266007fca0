using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Sandbox.Workloads.Reconciling;

/// <summary>Brings one object of the world where its specification says. Called again after each change that concerns it, never twice at
/// once for a name.</summary>
internal interface IReconciler
{
    /// <returns>When to look again although nothing changed; null for never.</returns>
    Task<TimeSpan?> ReconcileAsync(ObjectName name, CancellationToken cancel);
}
