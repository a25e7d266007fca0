using Canary.Core.Statistics.Kayenta;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Templates;

/// <summary><c>score</c> of a template. Null where the user wrote nothing.</summary>
/// <param name="Pass"><c>pass</c>.</param>
/// <param name="Marginal"><c>marginal</c>.</param>
/// <param name="Weights"><c>groupWeights</c>.</param>
public sealed record ScoreTemplate(double? Pass, double? Marginal, EquatableArray<GroupWeight> Weights);
