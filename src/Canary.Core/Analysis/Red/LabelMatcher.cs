using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Red;

/// <summary>One matcher of a PromQL selector, applied to series that came back. A label that is missing is an empty one, and a pattern
/// matches the whole value, as in Prometheus.</summary>
internal sealed partial class LabelMatcher
{
    private readonly string _label;
    private readonly string _value;
    private readonly bool _isNegated;
    private readonly Regex? _pattern;

    private LabelMatcher(string label, string sign, string value)
    {
        _label = label;
        _value = value;
        _isNegated = sign[0] == '!';
        _pattern = sign.EndsWith('~')
            ? new Regex($@"\A(?:{value})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline) : null;
    }

    /// <summary>The matchers of a text such as <c>http_status=~"[1-4]..",error=""</c>.</summary>
    public static LabelMatcher[] Parse(string text) =>
        [.. Form().Matches(text)
            .Select(match => new LabelMatcher(match.Groups["label"].Value, match.Groups["sign"].Value,
                match.Groups["value"].Value.Replace("\\\\", "\\", StringComparison.Ordinal)))];

    public static bool AllHold(IReadOnlyList<LabelMatcher> matchers, EquatableArray<Label> labels) =>
        matchers.All(matcher => matcher.Holds(labels));

    private bool Holds(EquatableArray<Label> labels)
    {
        var value = "";
        for (var index = 0; index < labels.Count; index++)
            if (labels[index].Name == _label) value = labels[index].Value;
        return (_pattern?.IsMatch(value) ?? value == _value) != _isNegated;
    }

    [GeneratedRegex("""(?<label>[a-zA-Z_][a-zA-Z0-9_]*)(?<sign>=~|!~|!=|=)"(?<value>(\\.|[^"\\])*)"(,|$)""", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
