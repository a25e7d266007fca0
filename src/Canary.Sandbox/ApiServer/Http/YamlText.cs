using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Canary.Sandbox.ApiServer.Http;

/// <summary>Reads YAML bodies, with the scalars of YAML 1.1 as the API server's own library resolves them.</summary>
internal static class YamlText
{
    public static ParsedBody Parse(string text)
    {
        var duplicates = new List<string>();
        var parser = new Parser(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
                return new ParsedBody(null, duplicates);
            return new ParsedBody(Read(parser, new Dictionary<string, JsonNode?>(StringComparer.Ordinal), duplicates), duplicates);
        }
        catch (YamlException e)
        {
            var line = Math.Min(e.Start.Line, text.TrimEnd().Count(c => c == '\n') + 1);
            throw ApiRefusal.BadRequest($"error decoding YAML: error converting YAML to JSON: yaml: line {line}: did not find expected node content");
        }
    }

    private static JsonNode? Read(IParser parser, Dictionary<string, JsonNode?> anchors, List<string> duplicates)
    {
        if (parser.TryConsume<AnchorAlias>(out var alias))
            return anchors.GetValueOrDefault(alias.Value.Value)?.DeepClone();

        if (parser.TryConsume<Scalar>(out var scalar))
            return Remember(scalar, Resolve(scalar), anchors);

        if (parser.TryConsume<SequenceStart>(out var sequence))
        {
            var array = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
                array.Add(Read(parser, anchors, duplicates));
            return Remember(sequence, array, anchors);
        }

        var mapping = parser.Consume<MappingStart>();
        var obj = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>();
            if (obj.ContainsKey(key.Value))
                duplicates.Add($"yaml: unmarshal errors:\n  line {key.Start.Line}: key \"{key.Value}\" already set in map");
            obj[key.Value] = Read(parser, anchors, duplicates);
        }

        return Remember(mapping, obj, anchors);
    }

    private static JsonNode? Remember(NodeEvent at, JsonNode? node, Dictionary<string, JsonNode?> anchors)
    {
        if (!at.Anchor.IsEmpty)
            anchors[at.Anchor.Value] = node?.DeepClone();
        return node;
    }

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
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? JsonValue.Create(number)
                : JsonValue.Create(text);
    }

    private static bool HasLeadingZero(string text)
    {
        var digits = text.AsSpan().TrimStart("+-");
        return digits.Length > 1 && digits[0] == '0';
    }
}
