using System;
using System.IO;
using System.Text;

namespace Canary.Providers.Tests.Native;

/// <summary>A message of Protocol Buffers, field by field.</summary>
internal sealed class ProtobufMessage
{
    private readonly MemoryStream _bytes = new();

    public byte[] Bytes => _bytes.ToArray();

    public ProtobufMessage Message(int field, ProtobufMessage value) => Length(field, value.Bytes);

    public ProtobufMessage Text(int field, string value) => Length(field, Encoding.UTF8.GetBytes(value));

    public ProtobufMessage Whole(int field, ulong value)
    {
        Varint((ulong)field << 3);
        Varint(value);
        return this;
    }

    /// <summary>A number whose sign stands last.</summary>
    public ProtobufMessage Signed(int field, long value) => Whole(field, ZigZag(value));

    public ProtobufMessage Number(int field, double value)
    {
        Varint(((ulong)field << 3) | 1);
        _bytes.Write(BitConverter.GetBytes(value));
        return this;
    }

    /// <summary>Numbers whose sign stands last, one behind the other.</summary>
    public ProtobufMessage Packed(int field, params long[] values)
    {
        var list = new ProtobufMessage();
        foreach (var value in values) list.Varint(ZigZag(value));
        return Length(field, list.Bytes);
    }

    /// <summary>The bytes in Snappy's block format, as pieces that are not compressed.</summary>
    public byte[] Snappy()
    {
        var bytes = Bytes;
        var block = new ProtobufMessage();
        block.Varint((ulong)bytes.Length);
        for (var at = 0; at < bytes.Length; at += 1 << 16)
        {
            var length = Math.Min(1 << 16, bytes.Length - at);
            block._bytes.Write([61 << 2, (byte)((length - 1) & 0xff), (byte)((length - 1) >> 8)]);
            block._bytes.Write(bytes, at, length);
        }

        return block.Bytes;
    }

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private ProtobufMessage Length(int field, byte[] value)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) _bytes.WriteByte((byte)(value | 0x80));
        _bytes.WriteByte((byte)value);
    }
}
