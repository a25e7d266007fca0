using System;
using System.Collections.Generic;
using System.Globalization;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Selectors;

/// <summary>Reads a label selector word by word, with the errors of the real parser.</summary>
internal sealed class LabelSelectorReader(string text)
{
    private const string Special = "=!(),<>";
    private int _at;

    public IReadOnlyList<LabelRequirement> Read()
    {
        var requirements = new List<LabelRequirement>();
        if (Peek().Length == 0)
            return requirements;
        while (true)
        {
            var word = Peek();
            if (word != "!" && IsSpecial(word))
                throw new SelectorException($"found '{word}', expected: !, identifier, or 'end of string'");
            requirements.Add(Requirement());
            var next = Next();
            if (next.Length == 0)
                return requirements;
            if (next != ",")
                throw new SelectorException($"found '{next}', expected: ',' or 'end of string'");
            var following = Peek();
            if (following != "!" && (following.Length == 0 || IsSpecial(following)))
                throw new SelectorException($"found '{following}', expected: identifier after ','");
        }
    }

    private LabelRequirement Requirement()
    {
        var isAbsent = Peek() == "!";
        if (isAbsent)
            _ = Next();
        var key = Next();
        if (key.Length == 0 || IsSpecial(key))
            throw Broken($"found '{key}', expected: identifier");
        if (NameRules.QualifiedName(key) is { } wrong)
            throw Broken($"<nil>: Invalid value: {GoFormat.Quoted(key)}: {wrong}");
        if (isAbsent)
            return new LabelRequirement(key, LabelOperator.DoesNotExist, []);
        if (Peek() is "" or ",")
            return new LabelRequirement(key, LabelOperator.Exists, []);
        var found = Next();
        return found switch
        {
            "in" => new LabelRequirement(key, LabelOperator.In, List()),
            "notin" => new LabelRequirement(key, LabelOperator.NotIn, List()),
            "=" or "==" => new LabelRequirement(key, LabelOperator.In, [Single()]),
            "!=" => new LabelRequirement(key, LabelOperator.NotIn, [Single()]),
            ">" => new LabelRequirement(key, LabelOperator.GreaterThan, [Whole(key)]),
            "<" => new LabelRequirement(key, LabelOperator.LessThan, [Whole(key)]),
            _ => throw Broken($"found '{found}', expected: in, notin, =, ==, !=, gt, lt"),
        };
    }

    private string Single()
    {
        if (Peek() is "" or ",")
            return "";
        var value = Next();
        return IsSpecial(value) ? throw Broken($"found '{value}', expected: identifier") : Checked(value);
    }

    private string Whole(string key)
    {
        var value = Single();
        return long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? value
            : throw Broken(
                $"values[0][{key}]: Invalid value: {GoFormat.Quoted(value)}: for 'Gt', 'Lt' operators, the value must be an integer");
    }

    private List<string> List()
    {
        var open = Next();
        if (open != "(")
            throw Broken($"found '{open}' expected: '('");
        var values = new List<string>();
        if (Peek() == ")")
        {
            _ = Next();
            return [""];
        }

        while (true)
        {
            values.Add(Peek() is "," or ")" ? "" : Checked(Next()));
            var next = Next();
            if (next == ")")
                return values;
            if (next != ",")
                throw Broken($"found '{next}', expected: ',' or ')'");
        }
    }

    private static string Checked(string value) => NameRules.LabelValue(value) is [var wrong, ..]
        ? throw Broken($"values[0]: Invalid value: {GoFormat.Quoted(value)}: {wrong}")
        : value;

    private string Peek()
    {
        var start = _at;
        var word = Next();
        _at = start;
        return word;
    }

    /// <summary>The next word; empty at the end.</summary>
    private string Next()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            _at++;
        if (_at == text.Length)
            return "";
        var start = _at;
        if (Special.Contains(text[_at], StringComparison.Ordinal))
        {
            _at++;
            if (_at < text.Length && text[_at] == '=' && (text[start] is '=' or '!'))
                _at++;
            return text[start.._at];
        }

        while (_at < text.Length && !char.IsWhiteSpace(text[_at]) && !Special.Contains(text[_at], StringComparison.Ordinal))
            _at++;
        return text[start.._at];
    }

    private static bool IsSpecial(string word) => word.Length > 0 && Special.Contains(word[0], StringComparison.Ordinal);

    private static SelectorException Broken(string message) => new("unable to parse requirement: " + message);
}
