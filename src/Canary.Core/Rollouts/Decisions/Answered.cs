using Canary.Core.Rollouts.Evaluating;

namespace Canary.Core.Rollouts.Decisions;

/// <summary>What became of a request.</summary>
/// <param name="Status">The status after it.</param>
/// <param name="IsCarriedOut">False: it was refused, and nothing changed.</param>
/// <param name="Message">What is done, or why not.</param>
internal sealed record Answered(RolloutStatus Status, bool IsCarriedOut, string Message)
{
    public static Answered Yes(RolloutStatus status, string message) => new(status, true, message);

    public static Answered No(Evaluation evaluation, string message) => new(evaluation.Status, false, message);
}
