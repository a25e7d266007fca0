using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.Core.Rollouts.Groups;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>Rollouts that are released in an order, together, or not too many at a time. What the others' statuses say decides.</summary>
internal static class GroupRules
{
    /// <summary>What a revision that is to begin waits for; null: nothing.</summary>
    public static string? AwaitedToStart(Evaluation evaluation) => AwaitedDependency(evaluation) ?? AwaitedPlace(evaluation);

    /// <summary>The new revision that waits; null: there is none, or it may begin.</summary>
    public static WaitingRevision? Notice(Evaluation evaluation)
    {
        if (!Classify.IsNewWhileIdle(evaluation) || evaluation.Target is not { } target) return null;
        var dependency = AwaitedDependency(evaluation);
        if (dependency is null && AwaitedPlace(evaluation) is null) return null;
        var before = evaluation.Status.Waiting is { } waiting && waiting.Revision == target ? waiting : null;
        return new WaitingRevision(target, before?.Since ?? evaluation.Now,
            dependency is null ? before?.PlaceSince ?? evaluation.Now : null);
    }

    /// <summary>What a promotion waits for: members of the group that are not ready; null: nothing.</summary>
    public static string? AwaitedMembers(Evaluation evaluation)
    {
        if (!PromotesTogether(evaluation) || evaluation.Status is { IsPromotedInFull: true }) return null;
        var late = evaluation.Seen.Peers.Where(peer => peer is { IsMember: true, PromotesTogether: true }
            && (peer.IsReleasing ? !peer.State!.IsReady : peer.IsBehind)).Select(peer => peer.Name).ToArray();
        return late.Length == 0 ? null
            : $"{string.Join(", ", late)} of group {evaluation.InForce!.Group!.Name} to be ready for the promotion";
    }

    /// <summary>This one could be promoted, and waits for the others of its group at most.</summary>
    public static bool IsReadyToPromote(Evaluation evaluation) =>
        PromotesTogether(evaluation) && evaluation is { IsUnderWay: true, AwaitedEvidence: null }
        && evaluation.Status is { Hold: null, Promotion: PromotionStage.ConfirmingFull }
        && AnalysisRuns.MissingForPromotion(evaluation) is null;

    /// <summary>Why this one is rolled back because another one of its group was; null: none was since it began, or stable is written
    /// already.</summary>
    public static string? FindRolledBack(Evaluation evaluation)
    {
        if (!PromotesTogether(evaluation) || evaluation is not { IsUnderWay: true, Status.StartedAt: { } started }
            || evaluation.IsStableWritten || evaluation.Status.Promotion is PromotionStage.ReturningTraffic) return null;
        var lost = evaluation.Seen.Peers.FirstOrDefault(peer => peer is { IsMember: true, PromotesTogether: true }
            && peer.State?.RolledBackAt >= started);
        return lost is null ? null
            : $"Rollout {lost.Name} of group {evaluation.InForce!.Group!.Name} was rolled back: {lost.State!.RollbackReason}";
    }

    private static bool PromotesTogether(Evaluation evaluation) => evaluation.InForce?.Group is { PromotesTogether: true };

    private static string? AwaitedDependency(Evaluation evaluation)
    {
        foreach (var peer in evaluation.Seen.Peers.Where(peer => peer.IsDependency))
        {
            if (peer.State is null) return $"Rollout {peer.Name}, which is not there (spec.dependsOn)";
            if (Hindrance(peer) is { } why) return $"Rollout {peer.Name} {why} (spec.dependsOn)";
        }

        return null;
    }

    private static string? Hindrance(PeerRollout peer) => peer.State! switch
    {
        { IsInitialised: false } => "to be initialised",
        { RolledBackAt: not null } => "to be healthy again: its last revision was rolled back",
        { IsReleasing: true } state => $"to be promoted: it releases revision {state.Revision}",
        { Waiting: { } waiting } => $"to be promoted: its revision {waiting.Revision} waits itself",
        { IsDegraded: true } => "to be healthy again",
        _ when peer.IsBehind => "to be promoted: it has a new revision",
        _ => null,
    };

    private static string? AwaitedPlace(Evaluation evaluation)
    {
        if (evaluation.Spec?.Group is not { } group) return null;
        var members = evaluation.Seen.Peers.Where(peer => peer.IsMember).ToArray();
        if (members.Select(peer => peer.MaxConcurrent).Append(group.MaxConcurrent).Min() is not { } most) return null;
        var releasing = members.Where(peer => peer.IsReleasing).Select(peer => peer.Name).ToArray();
        var own = (evaluation.Status.Waiting?.PlaceSince ?? evaluation.Now, evaluation.Seen.Name);
        var ahead = members.Where(peer => !peer.IsReleasing && peer.State?.Waiting?.PlaceSince is { } since
            && Order.Compare((since, peer.Name), own) < 0).Select(peer => peer.Name).ToArray();
        if (releasing.Length + ahead.Length < most) return null;
        var queue = ahead.Length > 0 ? $"; before it: {string.Join(", ", ahead)}" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"a place in group {group.Name}, of which {most} may be released at a time: {string.Join(", ", releasing)}{queue}");
    }

    private static readonly Comparer<(DateTimeOffset Since, string Name)> Order =
        Comparer<(DateTimeOffset Since, string Name)>.Create((one, other) => one.Since != other.Since ? one.Since.CompareTo(other.Since)
            : string.CompareOrdinal(one.Name, other.Name));
}
