using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Canary.Core.Analysis;

namespace Canary.Kubernetes.Stores;

/// <summary>Names that are the same whenever they are asked for, and always allowed.</summary>
public static class RunName
{
    private const int LongestName = 253;
    private const int LongestLabel = 63;

    /// <summary>Name of the AnalysisRun of a key: <c>checkout-9d21aa0f3c-1-bg</c>.</summary>
    public static string For(string rollout, RunKey key)
    {
        var wanted = $"{rollout}-{key.Suffix}";
        var allowed = new string([.. wanted.ToLowerInvariant()
            .Select(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '.' ? character
                : '-')]);
        return allowed == wanted ? Fit(wanted, LongestName) : Fit(allowed, LongestName - 11).TrimEnd('.', '-') + "-" + Hash(wanted);
    }

    /// <summary>The names that the AnalysisRun of a key may have: its own, and one with a hash of the Rollout's uid where somebody else's
    /// run, or one of an earlier Rollout of that name, has the first.</summary>
    public static string[] Candidates(string rollout, string rolloutUid, RunKey key)
    {
        var first = For(rollout, key);
        return [first, $"{Fit(first, LongestName - 11)}-{Hash(rolloutUid)}"];
    }

    /// <summary>A value of a label that stands for a text.</summary>
    public static string Label(string text) =>
        text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '_')
        && (text.Length == 0 || (char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1])))
            ? Fit(text, LongestLabel)
            : "x" + Hash(text);

    /// <summary>Ten hexadecimal digits of a text.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..10];

    private static string Fit(string text, int length) =>
        text.Length <= length ? text : text[..(length - 11)].TrimEnd('.', '-', '_') + "-" + Hash(text);
}
