using Canary.Core.Statistics;
using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary><c>score</c> of a template: what the metrics that Mann and Whitney's test compares must reach together, as in
/// Kayenta.</summary>
/// <param name="Pass">The last score must be at least this; 0 to 100. Default 95.</param>
/// <param name="Marginal">A score of this or less fails at once; less than <paramref name="Pass"/>. Default 75.</param>
/// <param name="Weights">Weights of groups in percent; the other groups share what is left of 100.</param>
/// <remarks>Kayenta has no defaults of its own; 95 and 75 are the ones of its documentation.</remarks>
public sealed record ScoreSpec(double Pass, double Marginal, EquatableArray<GroupWeight> Weights)
{
    /// <summary>95, 75, and no weights.</summary>
    public static readonly ScoreSpec Default = new(95, 75, []);
}
