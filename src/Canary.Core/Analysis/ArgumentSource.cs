using Canary.Core.Analysis.Secrets;

namespace Canary.Core.Analysis;

/// <summary><c>valueFrom</c> of an argument.</summary>
public abstract record ArgumentSource
{
    private ArgumentSource() { }

    /// <summary><c>secretKeyRef</c>: read when a query is sent, and written nowhere. Until then a <see cref="SecretPlaceholder"/> stands
    /// for it.</summary>
    public sealed record FromSecret(string Name, string Key) : ArgumentSource;

    /// <summary><c>fieldRef.fieldPath</c>: a field of the Rollout, <c>metadata.labels['team']</c> or
    /// <c>status.canaryRevision</c>.</summary>
    public sealed record FromField(string Path) : ArgumentSource;

    /// <summary><c>podTemplateHashValue</c>: the revision of a side.</summary>
    public sealed record FromRevision(RedSide Side) : ArgumentSource;
}
