using System;
using System.Globalization;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Rules;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>Rollout, the whole object.</summary>
public static class RolloutMapping
{
    private const int MostLabelLetters = 63;

    /// <summary>The Rollout as the engine sees it. Total: whatever stands in the object becomes a value or an error of the spec.</summary>
    public static RolloutSnapshot Read(JsonObject document) =>
        Read(document, RolloutSpecMapping.Read(document["spec"]), RolloutSpecMapping.ReadAccepted);

    /// <summary>What is in force of a Rollout, for a program without an engine.</summary>
    /// <param name="document">The Rollout.</param>
    /// <returns>Its status; the spec in force, null where there was never a valid one; whether it is being deleted; whether it leaves its
    /// objects as they are then.</returns>
    public static (RolloutStatus Status, RolloutSpec? InForce, bool IsDeleted, bool IsOrphaned) ReadInForce(JsonObject document)
    {
        var read = Read(document);
        return (read.Status, read.Status.Governing(read.Spec), read.Deletion.IsAsked, read.Deletion.Policy is DeletionPolicy.Orphan);
    }

    /// <summary>The same with specs that were read already.</summary>
    /// <param name="document">The Rollout.</param>
    /// <param name="spec">What its spec says.</param>
    /// <param name="readAccepted">Reads the spec in force.</param>
    internal static RolloutSnapshot Read(JsonObject document, (RolloutSpec? Spec, EquatableArray<SpecError> Errors) spec,
        Func<JsonObject?, RolloutSpec?> readAccepted)
    {
        var status = RolloutStatusMapping.Read(document["status"], readAccepted);
        var held = HeldWorkload.Check(spec.Spec, status) ?? CheckName(document, spec.Spec);
        return new(
            new RolloutName(Json.Namespace(document), Json.Name(document)),
            Documents.Uid(document),
            Documents.ResourceVersion(document),
            Json.Whole(document, "metadata", "generation") ?? 0,
            held is null ? spec.Spec : null,
            held is null ? spec.Errors : [held],
            status,
            RequestMapping.Read(Json.Text(document, "metadata", "annotations", RequestMapping.Annotation)))
        {
            Deletion = new RolloutDeletionState(
                Json.Text(document, "metadata", "deletionTimestamp") is not null,
                RolloutFinalizer.IsOn(document),
                Json.Text(document, "spec", "deletionPolicy") == nameof(DeletionPolicy.Orphan)
                ? DeletionPolicy.Orphan : DeletionPolicy.Restore),
        };
    }

    private static SpecError? CheckName(JsonObject document, RolloutSpec? spec) =>
        spec is { IsOfOneWorkload: true } && Json.Name(document).Length > MostLabelLetters
            ? new SpecError("metadata.name", string.Create(CultureInfo.InvariantCulture,
                $"it has {Json.Name(document).Length} letters, and Canary writes it into labels: at most {MostLabelLetters} are allowed"))
            : null;
}
