using System;
using System.Text.RegularExpressions;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;

namespace Canary.JudgeBenchmark.Reading;

/// <summary>One matcher of a selector. A label that is missing is an empty one, and a pattern matches the whole value.</summary>
internal sealed class SelectorMatcher
{
    private readonly string _label;
    private readonly string _value;
    private readonly bool _isNegated;
    private readonly Regex? _pattern;

    /// <param name="label">Name of the label.</param>
    /// <param name="sign"><c>=</c>, <c>!=</c>, <c>=~</c> or <c>!~</c>.</param>
    /// <param name="value">What it is compared with.</param>
    /// <exception cref="FormatException">The sign or the pattern is none.</exception>
    public SelectorMatcher(string label, string sign, string value)
    {
        _label = label;
        _value = value;
        _isNegated = sign is "!=" or "!~";
        if (sign is "=" or "!=") return;
        if (sign is not ("=~" or "!~")) throw new FormatException($"\"{sign}\" is no matcher");
        try
        {
            _pattern = new Regex($@"\A(?:{value})\z", RegexOptions.CultureInvariant | RegexOptions.Singleline);
        }
        catch (ArgumentException wrong)
        {
            throw new FormatException(wrong.Message, wrong);
        }
    }

    public bool Holds(EquatableArray<Label> labels)
    {
        var value = "";
        foreach (var label in labels)
            if (label.Name == _label) value = label.Value;
        return (_pattern?.IsMatch(value) ?? value == _value) != _isNegated;
    }
}
