using System.Globalization;
using System.Net;

namespace Canary.ApiServer.Expressions.Values;

/// <summary>A range of addresses in CIDR notation; the address may have bits beyond the prefix.</summary>
internal sealed record RangeValue(AddressValue Address, int Prefix)
{
    public AddressValue Masked => new(Network(Address.Address, Prefix));

    public override string ToString() => $"{Address}/{Prefix}";

    public bool Contains(AddressValue address) =>
        address.Family == Address.Family && Network(address.Address, Prefix).Equals(Masked.Address);

    public bool Contains(RangeValue range) => range.Prefix >= Prefix && Contains(range.Address);

    /// <returns>Null where it is none.</returns>
    public static RangeValue? Read(string text)
    {
        var slash = text.IndexOf('/');
        if (slash < 0 || AddressValue.Read(text[..slash]).Address is not { } address)
            return null;
        var digits = text[(slash + 1)..];
        var most = address.Family == 4 ? 32 : 128;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var prefix) && prefix <= most
            && prefix.ToString(CultureInfo.InvariantCulture) == digits
            ? new RangeValue(address, prefix)
            : null;
    }

    private static IPAddress Network(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var bits = prefix - (i * 8);
            bytes[i] &= bits >= 8 ? (byte)0xff : bits <= 0 ? (byte)0 : (byte)(0xff << (8 - bits));
        }

        return new IPAddress(bytes);
    }
}
