using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Schemas;

namespace Canary.ApiServer.Documents.BuiltIn;

/// <summary>Reads the description of the built-in kinds: one type a block, one field a line.</summary>
/// <remarks>
/// <code>
/// package io.example.v1
/// Container [atomic]  # a comment becomes the description
///   name string !
///   ports [ContainerPort] map(containerPort,protocol) key(containerPort)
/// </code>
/// A field is <c>name type flags</c>. Types: string, bool, int32, int64, number, quantity, intstr, time, microtime, bytes, any, a name,
/// <c>[T]</c> a list, <c>{T}</c> a map. Flags: <c>!</c> required, <c>atomic</c>, <c>set</c>, <c>map(keys)</c>, <c>key(name)</c> or
/// <c>merge</c>
/// for strategic merge patches, <c>retain</c> for their <c>$retainKeys</c>, <c>null</c> where null is kept, <c>=json</c> for a default.
/// </remarks>
internal sealed class TypeReader
{
    private readonly Dictionary<string, (string Package, string Flags, string? Description, List<string> Fields)> _blocks =
        new(StringComparer.Ordinal);
    private readonly Dictionary<string, SchemaNode> _read = new(StringComparer.Ordinal);

    public TypeReader(params ReadOnlySpan<string> sources)
    {
        foreach (var source in sources)
            Split(source);
    }

    /// <summary>The type of that name, with the types of its fields; each is read once.</summary>
    public SchemaNode Type(string name)
    {
        if (_read.TryGetValue(name, out var known))
            return known;
        if (!_blocks.TryGetValue(name, out var block))
            throw new InvalidDataException($"type {name} is not described");
        var fields = block.Fields.Select(Field).ToList();
        return _read[name] = new SchemaNode
        {
            TypeName = $"{block.Package}.{name}",
            Type = "object",
            Description = block.Description,
            AtomicObject = block.Flags == "atomic",
            Properties = fields.ToDictionary(field => field.Name, field => field.Schema, StringComparer.Ordinal),
            Required = [.. fields.Where(field => field.Required).Select(field => field.Name)],
        };
    }

    private void Split(string source)
    {
        var package = "";
        List<string>? fields = null;
        foreach (var line in source.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("package ", StringComparison.Ordinal))
                package = line["package ".Length..].Trim();
            else if (line.StartsWith(' '))
                (fields ?? throw new InvalidDataException($"field outside a type: {line}")).Add(line.Trim());
            else
            {
                var (head, description) = Comment(line);
                var words = head.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                fields = [];
                _blocks.Add(words[0], (package, string.Join(' ', words.Skip(1)), description, fields));
            }
        }
    }

    private (string Name, bool Required, SchemaNode Schema) Field(string line)
    {
        var (text, description) = Comment(line);
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var schema = Expression(words[1]) with { };
        if (description is not null)
            schema = schema with { Description = description };
        foreach (var flag in words.Skip(2))
            schema = Flag(schema, flag);
        return (words[0], words.Contains("!"), schema);
    }

    private static SchemaNode Flag(SchemaNode schema, string flag)
    {
        var open = flag.IndexOf('(', StringComparison.Ordinal);
        var arguments = open < 0 ? "" : flag[(open + 1)..^1];
        if (flag[0] == '=')
            return schema with { HasDefault = true, Default = JsonNode.Parse(flag[1..]) };
        return (open < 0 ? flag : flag[..open]) switch
        {
            "!" => schema,
            "null" => schema with { Nullable = true },
            "atomic" => schema with { AtomicObject = true, List = ListKind.Atomic },
            "set" => schema with { List = ListKind.Set },
            "map" => schema with { List = ListKind.Map, ListKeys = [.. arguments.Split(',').Order(StringComparer.Ordinal)] },
            "key" => schema with { PatchMerges = true, PatchKey = arguments },
            "merge" => schema with { PatchMerges = true },
            "retain" => schema with { PatchRetainsKeys = true },
            _ => throw new InvalidDataException($"unknown flag {flag}"),
        };
    }

    private SchemaNode Expression(string type) => type switch
    {
        ['[', .. var element, ']'] => new SchemaNode { Type = "array", Items = Expression(element) },
        ['{', .. var value, '}'] => new SchemaNode { Type = "object", Values = Expression(value) },
        "string" => new SchemaNode { Type = "string" },
        "bytes" => new SchemaNode { Type = "string", Format = "byte" },
        "bool" => new SchemaNode { Type = "boolean" },
        "int32" or "int64" => new SchemaNode { Type = "integer", Format = type },
        "number" => new SchemaNode { Type = "number" },
        "quantity" => new SchemaNode { IntOrString = true, Format = "quantity" },
        "intstr" => new SchemaNode { IntOrString = true, Format = "int-or-string" },
        "time" => new SchemaNode { Type = "string", Format = "date-time" },
        "microtime" => new SchemaNode { Type = "string", Format = "micro-time" },
        "any" => SchemaNode.Anything with { Type = "object" },
        "anything" => SchemaNode.Anything,
        _ => Type(type),
    };

    private static (string Text, string? Description) Comment(string line)
    {
        var mark = line.IndexOf(" # ", StringComparison.Ordinal);
        return mark < 0 ? (line, null) : (line[..mark], line[(mark + 3)..].Trim());
    }
}
