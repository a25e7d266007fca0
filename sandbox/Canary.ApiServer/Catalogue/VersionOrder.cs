using System.Collections.Generic;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Canary.ApiServer.Catalogue;

/// <summary>Kubernetes' order of API versions: stable over beta over alpha, then the greater number; anything else by name, below
/// those.</summary>
internal sealed partial class VersionOrder : IComparer<string>
{
    public static readonly VersionOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var left = Rank(x ?? "");
        var right = Rank(y ?? "");
        var order = left.CompareTo(right);
        return order != 0 ? order : -string.CompareOrdinal(x, y);
    }

    private static (int Stability, int Major, int Minor) Rank(string version)
    {
        var match = Shape().Match(version);
        if (!match.Success)
            return (0, 0, 0);

        var stability = match.Groups["stability"].Value switch { "alpha" => 1, "beta" => 2, _ => 3 };
        return (stability, Number(match.Groups["major"].Value), Number(match.Groups["minor"].Value));
    }

    private static int Number(string digits) => digits.Length == 0 ? 0 : int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex("^v(?<major>[0-9]{1,6})((?<stability>alpha|beta)(?<minor>[0-9]{1,6}))?$")]
    private static partial Regex Shape();
}
