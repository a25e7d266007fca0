using System.Text;

namespace Canary.ApiServer.Objects;

/// <summary>FNV-1a: the same number for the same text in every run, unlike <c>GetHashCode</c>.</summary>
internal static class StableHash
{
    public static uint Compute(string text)
    {
        var hash = 2166136261u;
        foreach (var one in Encoding.UTF8.GetBytes(text)) hash = unchecked((hash ^ one) * 16777619);
        return hash;
    }
}
