using System.Linq;
using Canary.Core.Rollouts.StableCopy;

namespace Canary.Kubernetes.Configuration;

/// <summary>
/// The name of the copy of a ConfigMap or Secret that stable's pods read: <c>NAME-stable-HASH</c>. The hash of its content stands in the
/// name. So the revision of a copied template follows from the template alone, and is the same whether or not somebody deletes the copy.
/// </summary>
internal static class ConfigurationCopyName
{
    /// <summary>Digits of the hash. Names that kustomize makes end in ten.</summary>
    public const int Digits = 12;

    /// <summary>Stands for one that is not there: nobody may make it for stable's pods later.</summary>
    public const string Absent = "000000000000";

    private const int LongestName = 253;
    private const string Between = CopiedWorkload.StableSuffix + "-";

    /// <summary>A name that has room for the hash.</summary>
    public static bool Fits(string name) => name.Length + Between.Length + Digits <= LongestName;

    public static string Format(string name, string digest) => name + Between + digest;

    /// <summary>The original's name and the hash; null: it is no name of a copy.</summary>
    public static (string Name, string Digest)? Parse(string name)
    {
        var at = name.Length - Digits - Between.Length;
        return at > 0 && string.CompareOrdinal(name, at, Between, 0, Between.Length) == 0
            && name[^Digits..].All(char.IsAsciiHexDigitLower) ? (name[..at], name[^Digits..]) : null;
    }
}
