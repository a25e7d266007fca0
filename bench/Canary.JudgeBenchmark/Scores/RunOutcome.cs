using Canary.JudgeBenchmark.Judges;

namespace Canary.JudgeBenchmark.Scores;

/// <summary>How one judge ended one run.</summary>
/// <param name="Verdict">Rolled back, promoted or inconclusive.</param>
/// <param name="Look">The look that it ended at.</param>
/// <param name="Requests">Requests that the canary had got by then.</param>
/// <param name="Failed">Of them those that failed.</param>
/// <param name="Excess">How many more of them were to be expected to fail than at stable's rate.</param>
/// <param name="EnoughAt">Look at which it first knew enough to go on.</param>
/// <param name="EvidenceAt">Look at which it first had evidence that the canary is not much worse.</param>
/// <param name="EnoughRequests">Requests that the canary had got when it first knew enough to go on.</param>
internal readonly record struct RunOutcome(Verdict Verdict, int Look, long Requests, long Failed, double Excess, int? EnoughAt,
    int? EvidenceAt, long? EnoughRequests = null);
