using System;
using System.Linq;
using Canary.Core.Analysis.Red;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Alerting;

/// <summary>One entry of <c>matchExpressions</c> of an alert rule: a requirement on one label, as in a Kubernetes label selector, or on a
/// regular expression, as in an Alertmanager matcher.</summary>
public sealed record AlertMatchExpression
{
    private readonly LabelPattern[] _patterns;

    /// <param name="key">Name of the label.</param>
    /// <param name="comparison">What is required of it.</param>
    /// <param name="values">Values or regular expressions; empty for Exists and DoesNotExist.</param>
    public AlertMatchExpression(string key, AlertMatchOperator comparison, EquatableArray<string> values)
    {
        (Key, Operator, Values) = (key, comparison, values);
        _patterns = IsPattern ? [.. values.Select(value => new LabelPattern(value))] : [];
    }

    /// <summary>Name of the label.</summary>
    public string Key { get; }

    /// <summary>What is required of it.</summary>
    public AlertMatchOperator Operator { get; }

    /// <summary>Values or regular expressions; empty for Exists and DoesNotExist.</summary>
    public EquatableArray<string> Values { get; }

    /// <summary>The values are regular expressions.</summary>
    public bool IsPattern => Operator is AlertMatchOperator.Matches or AlertMatchOperator.DoesNotMatch;

    /// <summary>The alert fulfils it.</summary>
    public bool Holds(FiringAlert alert)
    {
        var value = alert.ValueOf(Key);
        return Operator switch
        {
            AlertMatchOperator.In => Values.Contains(value),
            AlertMatchOperator.NotIn => !Values.Contains(value),
            AlertMatchOperator.Exists => value.Length > 0,
            AlertMatchOperator.DoesNotExist => value.Length == 0,
            AlertMatchOperator.Matches => _patterns.Any(pattern => pattern.IsMatch(value)),
            // What cannot be read matches nothing, whichever way it is asked.
            AlertMatchOperator.DoesNotMatch => _patterns.All(pattern => pattern.Problem is null && !pattern.IsMatch(value)),
        };
    }

    /// <summary>The matcher of a PromQL selector that selects the same.</summary>
    public string ToPromQl() => Key + Operator switch
    {
        AlertMatchOperator.In => $"=~{PromQlText.Quote(string.Join('|', Values.Select(PromQlText.EscapePattern)))}",
        AlertMatchOperator.NotIn => $"!~{PromQlText.Quote(string.Join('|', Values.Select(PromQlText.EscapePattern)))}",
        AlertMatchOperator.Exists => "!=\"\"",
        AlertMatchOperator.DoesNotExist => "=\"\"",
        AlertMatchOperator.Matches => $"=~{PromQlText.Quote(string.Join('|', Values.Select(value => $"(?:{value})")))}",
        AlertMatchOperator.DoesNotMatch => $"!~{PromQlText.Quote(string.Join('|', Values.Select(value => $"(?:{value})")))}",
    };

    /// <summary>What is wrong with value <paramref name="index"/>; null: nothing.</summary>
    public string? ProblemOf(int index) => IsPattern ? _patterns[index].Problem : null;

    /// <inheritdoc />
    public bool Equals(AlertMatchExpression? other) =>
        other is not null && Key == other.Key && Operator == other.Operator && Values == other.Values;

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Key, Operator, Values);
}
