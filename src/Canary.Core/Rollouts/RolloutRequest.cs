using Canary.Core.Analysis;

namespace Canary.Core.Rollouts;

/// <summary>A request as it stands in the annotation <c>canary.delivery/request</c>.</summary>
/// <param name="Id">Chosen by the one who asks; a request is carried out once for each id.</param>
/// <param name="Action">What is asked; null where the word is not one that is known (see <paramref name="Problem"/>).</param>
/// <param name="Revision">The canary revision that the person looked at; null: not said.</param>
/// <param name="Step">The step index that the person looked at; null: not said.</param>
/// <param name="By">Who asks; empty where it was not said.</param>
/// <param name="Reason">Why, in the person's words; empty where it was not said.</param>
/// <param name="Problem">Why the annotation cannot be read; null: it can.</param>
public sealed record RolloutRequest(string Id, RequestAction? Action, string? Revision, int? Step, string By, string Reason,
    string? Problem)
{
    /// <summary>The analysis before the steps or after them that the person looked at; null: neither. Said together with
    /// <see cref="Step"/>: the index alone does not tell them from a step.</summary>
    public AnalysisPlacement? Edge { get; init; }

    /// <summary>The revision that <see cref="RequestAction.RollbackTo"/> goes back to; null: not said.</summary>
    public string? To { get; init; }

    /// <summary>The replicas that <see cref="RequestAction.Scale"/> asks for, from 0; null: not said.</summary>
    public int? Replicas { get; init; }
}
