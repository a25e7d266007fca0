using System;
using System.Linq;

namespace Canary.ApiServer.Http;

/// <summary>What the path of a request names.</summary>
internal abstract record RequestTarget
{
    private RequestTarget()
    {
    }

    public static RequestTarget Parse(string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        return segments switch
        {
            ["api", var version, _, ..] => ResourceOf("", version, segments.AsSpan(2), path),
            ["apis", var group, var version, _, ..] => ResourceOf(group, version, segments.AsSpan(3), path),
            _ => new Other(path, segments),
        };
    }

    private static RequestTarget ResourceOf(string group, string version, ReadOnlySpan<string> rest, string path)
    {
        var isWatchPath = rest[0] == "watch" && rest.Length > 1;
        if (isWatchPath)
            rest = rest[1..];

        // A namespace is an object of its own as well as the scope of others: its two subresources are told apart by name.
        var isNamespaceItself = group.Length == 0 && rest.Length == 3 && rest[2] is "status" or "finalize";
        if (rest[0] != "namespaces" || rest.Length < 3 || isNamespaceItself)
            return new Resource(group, version, rest[0], "", Part(rest, 1), Joined(rest, 2), isWatchPath);
        return new Resource(group, version, rest[2], rest[1], Part(rest, 3), Joined(rest, 4), isWatchPath);
    }

    private static string Part(ReadOnlySpan<string> segments, int index) => index < segments.Length ? segments[index] : "";

    private static string Joined(ReadOnlySpan<string> segments, int from) =>
        from < segments.Length ? string.Join('/', segments[from..]!) : "";

    public sealed record Resource(string Group, string Version, string Plural, string Namespace, string Name, string Subresource,
        bool IsWatchPath)
        : RequestTarget
    {
        public string Full => Subresource.Length == 0 ? Plural : $"{Plural}/{Subresource}";
    }

    public sealed record Other(string Path, string[] Segments) : RequestTarget;
}
