using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;

namespace Canary.JudgeBenchmark.Reading;

/// <summary>A range selector of PromQL, <c>metric{label="value",...}[105s]</c>, and nothing else.</summary>
internal sealed class RangeSelector
{
    private readonly string _text;
    private readonly List<SelectorMatcher> _matchers = [];
    private int _at;

    private RangeSelector(string text) => _text = text;

    /// <summary>Length of the range in milliseconds.</summary>
    public int Window { get; private set; }

    private char Next => _at < _text.Length ? _text[_at] : '\0';

    /// <exception cref="FormatException">It is no range selector, or has a part that is not known.</exception>
    public static RangeSelector Parse(string text)
    {
        var selector = new RangeSelector(text);
        selector.Read();
        return selector;
    }

    public bool Selects(EquatableArray<Label> labels) => _matchers.All(matcher => matcher.Holds(labels));

    private void Read()
    {
        var name = Word(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or ':');
        if (name.Length > 0) _matchers.Add(new SelectorMatcher("__name__", "=", name));
        if (Next == '{') ReadMatchers();
        if (_matchers.Count == 0) throw Wrong("a metric or a matcher");
        Expect('[');
        var window = TimeSpan.Zero;
        do window += Duration();
        while (Next != ']');
        Expect(']');
        if (_at < _text.Length) throw Wrong("the end");
        Window = (int)window.TotalMilliseconds;
    }

    private void ReadMatchers()
    {
        Expect('{');
        while (Next != '}')
        {
            var label = Word(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
            if (label.Length == 0) throw Wrong("a label");
            var sign = Word(letter => letter is '=' or '!' or '~');
            _matchers.Add(new SelectorMatcher(label, sign, Quoted()));
            if (Next == ',') Expect(',');
            else if (Next != '}') throw Wrong("a comma or }");
        }

        Expect('}');
    }

    private string Quoted()
    {
        if (Next != '"') throw Wrong("\"");
        var value = new StringBuilder();
        for (_at++; Next != '"'; _at++)
        {
            if (_at >= _text.Length) throw Wrong("\"");
            if (Next != '\\')
            {
                value.Append(Next);
                continue;
            }

            _at++;
            value.Append(Next switch
            {
                'n' => '\n',
                '\\' or '"' => Next,
                _ => throw Wrong("an escape"),
            });
        }

        Expect('"');
        return value.ToString();
    }

    private TimeSpan Duration()
    {
        var number = Word(char.IsAsciiDigit);
        var unit = Word(char.IsAsciiLetter);
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) throw Wrong("a number");
        return unit switch
        {
            "ms" => TimeSpan.FromMilliseconds(count),
            "s" => TimeSpan.FromSeconds(count),
            "m" => TimeSpan.FromMinutes(count),
            "h" => TimeSpan.FromHours(count),
            _ => throw Wrong("ms, s, m or h"),
        };
    }

    private string Word(Func<char, bool> belongs)
    {
        Skip();
        var from = _at;
        while (_at < _text.Length && belongs(_text[_at])) _at++;
        var word = _text[from.._at];
        Skip();
        return word;
    }

    private void Expect(char letter)
    {
        Skip();
        if (Next != letter) throw Wrong(letter.ToString());
        _at++;
        Skip();
    }

    private void Skip()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at])) _at++;
    }

    private FormatException Wrong(string wanted) => new($"at {_at} of \"{_text}\": {wanted} is wanted");
}
