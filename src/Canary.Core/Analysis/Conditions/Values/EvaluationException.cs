using System;

namespace Canary.Core.Analysis.Conditions.Values;

/// <summary>Leaves the evaluator where a value does not fit; never leaves <see cref="MetricCondition"/>.</summary>
internal sealed class EvaluationException(string message) : Exception(message);
