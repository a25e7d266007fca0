using System;
using System.IO;
using System.Text;
using System.Text.Json.Nodes;

namespace Canary.ApiServer.Http;

/// <summary>Reads the protobuf bodies that kubectl sends where it does not fall back to JSON. Answers are always JSON, which every client
/// takes.</summary>
internal static class ProtobufBody
{
    private static readonly byte[] Magic = "k8s\0"u8.ToArray();

    /// <summary>Null when the body is not such an envelope, or holds a kind that is not read.</summary>
    public static JsonObject? Read(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith(Magic))
            return null;

        string kind = "", apiVersion = "";
        ReadOnlySpan<byte> raw = default;
        var envelope = new Fields(body[Magic.Length..]);
        while (envelope.Next(out var number, out var content, out _))
        {
            if (number == 2)
                raw = content;
            if (number != 1)
                continue;
            var type = new Fields(content);
            while (type.Next(out var member, out var text, out _))
            {
                if (member == 1)
                    apiVersion = Encoding.UTF8.GetString(text);
                else if (member == 2)
                    kind = Encoding.UTF8.GetString(text);
            }
        }

        if (ProtobufTypes.Find(kind) is null)
            return null;
        var obj = Message(raw, kind);
        obj["apiVersion"] = apiVersion;
        obj["kind"] = kind;
        return obj;
    }

    private static JsonObject Message(ReadOnlySpan<byte> content, string type)
    {
        var members = ProtobufTypes.Find(type) ?? throw new InvalidDataException($"message {type} is not described");
        var obj = new JsonObject();
        var fields = new Fields(content);
        while (fields.Next(out var number, out var bytes, out var whole))
        {
            if (members.TryGetValue(number, out var member))
                Add(obj, member.Name, member.Type, bytes, whole);
        }

        return obj;
    }

    private static void Add(JsonObject obj, string name, string type, ReadOnlySpan<byte> bytes, long whole)
    {
        switch (type)
        {
            case "":
                // Empty texts are written although nobody set them.
                if (bytes.Length > 0)
                    obj[name] = Encoding.UTF8.GetString(bytes);
                break;
            case "int":
                obj[name] = whole;
                break;
            case "bool":
                obj[name] = whole != 0;
                break;
            case "{}" or "{bytes}":
                if (obj[name] is not JsonObject map)
                    obj[name] = map = [];
                var (key, value) = Entry(bytes, isBinary: type == "{bytes}");
                map[key] = value;
                break;
            case "[]":
                List(obj, name).Add(Encoding.UTF8.GetString(bytes));
                break;
            default:
                if (type[0] == '[')
                    List(obj, name).Add((JsonNode)Message(bytes, type[1..^1]));
                else if (bytes.Length > 0)
                    obj[name] = Message(bytes, type);
                break;
        }
    }

    private static JsonArray List(JsonObject obj, string name)
    {
        if (obj[name] is not JsonArray list)
            obj[name] = list = [];
        return list;
    }

    private static (string Key, string Value) Entry(ReadOnlySpan<byte> content, bool isBinary)
    {
        string key = "", value = "";
        var fields = new Fields(content);
        while (fields.Next(out var number, out var bytes, out _))
        {
            if (number == 1)
                key = Encoding.UTF8.GetString(bytes);
            else if (number == 2)
                value = isBinary ? Convert.ToBase64String(bytes) : Encoding.UTF8.GetString(bytes);
        }

        return (key, value);
    }

    /// <summary>Walks the fields of one message.</summary>
    private ref struct Fields(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public bool Next(out int number, out ReadOnlySpan<byte> content, out long whole)
        {
            number = 0;
            content = default;
            whole = 0;
            if (_rest.IsEmpty)
                return false;

            var tag = Varint();
            number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    whole = (long)Varint();
                    break;
                case 1:
                    Take(8);
                    break;
                case 2:
                    content = Take((int)Varint());
                    break;
                case 5:
                    Take(4);
                    break;
                default:
                    throw new InvalidDataException($"field {number}: wire type {tag & 7} is not known");
            }

            return true;
        }

        private ulong Varint()
        {
            ulong value = 0;
            for (var shift = 0; shift < 64; shift += 7)
            {
                var next = Take(1)[0];
                value |= (ulong)(next & 0x7f) << shift;
                if (next < 0x80)
                    return value;
            }

            throw new InvalidDataException("a number does not end");
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            if (count < 0 || count > _rest.Length)
                throw new InvalidDataException("the message is cut short");
            var taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }
    }
}
