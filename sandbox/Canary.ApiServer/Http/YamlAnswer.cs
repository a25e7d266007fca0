using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Canary.ApiServer.Http;

/// <summary>Reads YAML bodies, with the scalars of YAML 1.1 as the API server's own library resolves them.</summary>
internal sealed class YamlAnswer
{
    /// <summary>Deepest nesting, as of a body in JSON.</summary>
    public const int Deepest = 256;

    /// <summary>Values that the aliases of a body may stand for: a few hundred bytes of aliases of aliases stand for more than any memory
    /// holds.</summary>
    public const long MostFromAliases = 100_000;

    private readonly IParser _parser;
    private readonly List<string> _duplicates = [];
    private readonly Dictionary<string, (JsonNode? Node, long Size)> _anchors = new(StringComparer.Ordinal);
    private long _values;
    private long _fromAliases;

    private YamlAnswer(string text) => _parser = new Parser(new StringReader(text));

    public static ParsedBody Parse(string text)
    {
        try
        {
            return new YamlAnswer(text).Read();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or OverflowException or FormatException)
        {
            // The scanner throws what it likes on some texts that are no YAML.
            throw Refused("yaml: the text is no YAML");
        }
        catch (YamlException e)
        {
            var line = Math.Min(e.Start.Line, text.TrimEnd().Count(c => c == '\n') + 1);
            throw Refused($"yaml: line {line}: did not find expected node content");
        }
    }

    private ParsedBody Read()
    {
        _parser.Consume<StreamStart>();
        return new ParsedBody(_parser.TryConsume<DocumentStart>(out _) ? Read(depth: 0) : null, _duplicates);
    }

    private JsonNode? Read(int depth)
    {
        if (depth > Deepest)
            throw Refused("yaml: exceeded max depth");
        if (_parser.TryConsume<AnchorAlias>(out var alias))
            return Known(alias);

        var before = _values++;
        if (_parser.TryConsume<Scalar>(out var scalar))
            return Remember(scalar, Resolve(scalar), before);

        if (_parser.TryConsume<SequenceStart>(out var sequence))
        {
            var array = new JsonArray();
            while (!_parser.TryConsume<SequenceEnd>(out _))
                array.Add(Read(depth + 1));
            return Remember(sequence, array, before);
        }

        var mapping = _parser.Consume<MappingStart>();
        var obj = new JsonObject();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = _parser.Consume<Scalar>();
            if (obj.ContainsKey(key.Value))
                _duplicates.Add($"yaml: unmarshal errors:\n  line {key.Start.Line}: key \"{key.Value}\" already set in map");
            obj[key.Value] = Read(depth + 1);
        }

        return Remember(mapping, obj, before);
    }

    private JsonNode? Known(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var known))
            throw Refused($"yaml: unknown anchor '{alias.Value.Value}' referenced");
        _values += known.Size;
        _fromAliases += known.Size;
        return _fromAliases <= MostFromAliases ? known.Node?.DeepClone() : throw Refused("yaml: document contains excessive aliasing");
    }

    private JsonNode? Remember(NodeEvent at, JsonNode? node, long before)
    {
        if (!at.Anchor.IsEmpty)
            _anchors[at.Anchor.Value] = (node?.DeepClone(), _values - before);
        return node;
    }

    private static ApiRefusal Refused(string why) => ApiRefusal.BadRequest($"error decoding YAML: error converting YAML to JSON: {why}");

    private static JsonNode? Resolve(Scalar scalar)
    {
        var text = scalar.Value;
        if (scalar.Style != ScalarStyle.Plain || (!scalar.Tag.IsEmpty && scalar.Tag.Value.EndsWith(":str", StringComparison.Ordinal)))
            return JsonValue.Create(text);
        if (text is "" or "~" or "null" or "Null" or "NULL")
            return null;
        if (text is "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON")
            return JsonValue.Create(true);
        if (text is "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF")
            return JsonValue.Create(false);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && !HasLeadingZero(text))
            return JsonValue.Create(whole);
        return text.Any(char.IsAsciiDigit) && text.All(c => char.IsAsciiDigit(c) || c is '.' or 'e' or 'E' or '-' or '+')
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? JsonValue.Create(number)
                : JsonValue.Create(text);
    }

    private static bool HasLeadingZero(string text)
    {
        var digits = text.AsSpan().TrimStart("+-");
        return digits.Length > 1 && digits[0] == '0';
    }
}
