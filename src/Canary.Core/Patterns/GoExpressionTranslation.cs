using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Canary.Core.Patterns;

/// <summary>Turns a regular expression of Go into one of .NET with the same meaning.</summary>
internal sealed class GoExpressionTranslation
{
    private const int MostRepeats = 1000;
    private const string Flags = "ims";

    private readonly string _pattern;
    private readonly StringBuilder _made = new();
    private readonly Stack<bool> _groups = new();
    private bool _isMultiline;
    private int _at;

    /// <summary>Where the last repetition began, for the error of a nested one; -1 where something repeatable or nothing stands
    /// before.</summary>
    private int _lastRepeat = -1;
    private bool _canRepeat;

    private GoExpressionTranslation(string pattern) => _pattern = pattern;

    /// <returns>The translation, or what is wrong.</returns>
    public static (string? Pattern, string? Error) Translate(string pattern)
    {
        var translation = new GoExpressionTranslation(pattern);
        try
        {
            translation.Walk();
            return (translation._made.ToString(), null);
        }
        catch (FormatException wrong)
        {
            return (null, wrong.Message);
        }
    }

    private static FormatException Wrong(string what, string where) => new($"{what}: `{where}`");

    private void Walk()
    {
        while (_at < _pattern.Length)
        {
            switch (_pattern[_at])
            {
                case '(':
                    Open();
                    break;
                case ')':
                    if (_groups.Count == 0)
                        throw Wrong("unexpected )", _pattern);
                    _isMultiline = _groups.Pop();
                    Emit(")", 1);
                    break;
                case '|':
                    _made.Append('|');
                    _at++;
                    (_canRepeat, _lastRepeat) = (false, -1);
                    break;
                case '[':
                    Emit(new GoClassTranslation(_pattern, _at).Read(out var end), end - _at);
                    break;
                case '*' or '+' or '?':
                    Repeat(1);
                    break;
                case '{' when Counts() is { } length:
                    Repeat(length);
                    break;
                case '$':
                    Emit(_isMultiline ? "$" : "\\z", 1);
                    break;
                case '^' or '.':
                    Emit(_pattern[_at].ToString(), 1);
                    break;
                case '\\':
                    Escape();
                    break;
                default:
                    var length2 = char.IsHighSurrogate(_pattern[_at]) && _at + 1 < _pattern.Length ? 2 : 1;
                    Emit(length2 == 2 ? $"(?:{_pattern.Substring(_at, 2)})" : Literal(_pattern[_at]), length2);
                    break;
            }
        }

        if (_groups.Count > 0)
            throw Wrong("missing closing )", _pattern);
    }

    private void Emit(string text, int length)
    {
        _made.Append(text);
        _at += length;
        (_canRepeat, _lastRepeat) = (true, -1);
    }

    private static string Literal(char c) => char.IsLetterOrDigit(c) ? c.ToString() : $"\\u{(int)c:x4}";

    private void Open()
    {
        _groups.Push(_isMultiline);
        var rest = _pattern.AsSpan(_at);
        if (rest.StartsWith("(?:"))
        {
            _made.Append("(?:");
            _at += 3;
        }
        else if (rest.StartsWith("(?P<") || (rest.StartsWith("(?<") && rest.Length > 3 && rest[3] is not ('=' or '!')))
        {
            Name(rest[2] == 'P' ? 4 : 3);
        }
        else if (rest.StartsWith("(?"))
        {
            ReadFlags();
        }
        else
        {
            _made.Append('(');
            _at++;
        }

        (_canRepeat, _lastRepeat) = (false, -1);
    }

    private void Name(int skip)
    {
        var end = _pattern.IndexOf('>', _at);
        if (end < 0)
            throw Wrong("invalid named capture", _pattern[_at..]);
        var name = _pattern[(_at + skip)..end];
        if (name.Length == 0 || !name.All(c => c == '_' || char.IsAsciiLetterOrDigit(c)))
            throw Wrong("invalid named capture", _pattern[_at..(end + 1)]);
        _made.Append("(?<n_").Append(name).Append('>');
        _at = end + 1;
    }

    private void ReadFlags()
    {
        var i = _at + 2;
        var isNegative = false;
        var multiline = _isMultiline;
        for (; i < _pattern.Length && _pattern[i] is not (')' or ':'); i++)
        {
            if (_pattern[i] == '-' && !isNegative)
                isNegative = true;
            else if (Flags.Contains(_pattern[i], StringComparison.Ordinal))
                multiline = _pattern[i] == 'm' ? !isNegative : multiline;
            else
                throw Wrong("invalid or unsupported Perl syntax", _pattern[_at..(i + 1)]);
        }

        if (i >= _pattern.Length)
            throw Wrong("missing closing )", _pattern);
        if (i == _at + 2 || _pattern[i - 1] == '-')
            throw Wrong("missing argument to repetition operator", "?");
        _made.Append(_pattern, _at, i + 1 - _at);
        if (_pattern[i] == ')')
            _groups.Pop();
        _isMultiline = multiline;
        _at = i + 1;
    }

    /// <summary>Length of a repeat count such as <c>{2,5}</c> at this place; null where the brace stands for itself.</summary>
    private int? Counts()
    {
        var end = _pattern.IndexOf('}', _at);
        if (end < 0)
            return null;
        var parts = _pattern[(_at + 1)..end].Split(',');
        if (parts.Length > 2 || parts[0].Length == 0
            || parts.Any(part => !part.All(char.IsAsciiDigit) || (part.Length > 1 && part[0] == '0')))
            return null;
        var numbers = parts.Select(part => part.Length == 0 ? MostRepeats : part.Length > 6 ? int.MaxValue
            : int.Parse(part, CultureInfo.InvariantCulture)).ToList();
        if (numbers.Exists(number => number > MostRepeats) || numbers[0] > numbers[^1])
            throw Wrong("invalid repeat count", _pattern[_at..(end + 1)]);
        return end + 1 - _at;
    }

    private void Repeat(int length)
    {
        if (_lastRepeat >= 0)
            throw Wrong("invalid nested repetition operator", _pattern[_lastRepeat..(_at + length)]);
        if (!_canRepeat)
            throw Wrong("missing argument to repetition operator", _pattern.Substring(_at, length));
        _lastRepeat = _at;
        _made.Append(_pattern, _at, length);
        _at += length;
        if (_at < _pattern.Length && _pattern[_at] == '?')
        {
            _made.Append('?');
            _at++;
        }
    }

    private void Escape()
    {
        if (_at + 1 >= _pattern.Length)
            throw Wrong("trailing backslash at end of expression", "");
        switch (_pattern[_at + 1])
        {
            case 'A' or 'z' or 'b' or 'B':
                Emit(_pattern.Substring(_at, 2), 2);
                return;
            case 'C':
                Emit("[\\s\\S]", 2);
                return;
            case 'Q':
                var end = _pattern.IndexOf("\\E", _at, StringComparison.Ordinal);
                var literal = end < 0 ? _pattern[(_at + 2)..] : _pattern[(_at + 2)..end];
                foreach (var c in literal)
                    Emit(Literal(c), 0);
                _at = end < 0 ? _pattern.Length : end + 2;
                return;
            case 'E':
                _at += 2;
                return;
        }

        if (GoClassTranslation.Set(_pattern, _at, out var length) is { } set)
            Emit($"[{set}]", length);
        else
            Emit(Rune.IsValid(GoClassTranslation.Character(_pattern, _at, out length) is var code ? code : 0) && code > char.MaxValue
                ? $"(?:{new Rune(code)})" : $"\\u{code:x4}", length);
    }
}
