using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Configuration;

/// <summary>The content of what one workload's pods read, as hashes.</summary>
/// <param name="Key">Which key they were made with; null: there is none.</param>
/// <param name="Digests">By what is read; <see cref="ConfigurationCopyName.Absent"/> for one that is not there. What cannot be read is not
/// among them.</param>
/// <param name="Tracked">Those that are a part of a revision that begins now.</param>
/// <param name="Denied">Those that may not be read, and will not be by itself.</param>
/// <param name="Problem">Why some of them are no part of it, for a person; null: all are, or their owner does not want it.</param>
internal sealed record ConfigurationView(string? Key, IReadOnlyDictionary<ConfigurationReference, string> Digests,
    EquatableArray<string> Tracked, IReadOnlySet<ConfigurationReference> Denied, string? Problem)
{
    private const int MostAlternatives = 4096;

    /// <summary>Nothing is read, or nothing is tracked.</summary>
    public static readonly ConfigurationView None =
        new(null, new Dictionary<ConfigurationReference, string>(), [], new HashSet<ConfigurationReference>(), null);

    /// <summary>From the hash of a content without a key to the one that is shown.</summary>
    public Func<string, string> Digest { get; init; } = _ => "";

    /// <summary>The key could not be had, and may be later.</summary>
    public bool IsKeyAwaited { get; init; }

    /// <summary>Those whose content is that of a copy which is there, and not that of the original: nothing is made of it. Its name may
    /// hold a hash by a key that is lost, so its content is not compared with it.</summary>
    public IReadOnlySet<ConfigurationReference> Kept { get; init; } = new HashSet<ConfigurationReference>();

    /// <summary>The scheme of a revision that begins now.</summary>
    public RevisionScheme? Extend(RevisionScheme? scheme) => scheme is null || Tracked.Count == 0 ? scheme
        : scheme with { Version = RevisionScheme.OfConfiguration, Configuration = Tracked, Key = Key };

    /// <summary>The revisions of this scheme can never be computed again.</summary>
    public bool IsLost(JsonObject template, RevisionScheme? scheme) => scheme is { Version: RevisionScheme.OfConfiguration }
        && Parts(template, scheme).Any() && !IsKeyAwaited
        && (Key != scheme.Key || Parts(template, scheme).Any(Denied.Contains));

    /// <summary>The content of all that the scheme counts is known.</summary>
    public bool Knows(JsonObject template, RevisionScheme scheme) => scheme.Version < RevisionScheme.OfConfiguration
        || Parts(template, scheme).All(part => Key == scheme.Key && Digests.ContainsKey(part));

    /// <summary>Puts the names of the originals into a template in place of those of their copies, and says what content it
    /// reads.</summary>
    /// <param name="template">The template; it is changed.</param>
    /// <param name="scheme">What counts.</param>
    /// <param name="side">The side that it is of.</param>
    /// <returns>A line for each ConfigMap and Secret that counts, in order.</returns>
    public IReadOnlyList<string> Unfold(JsonObject template, RevisionScheme scheme, Side side)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        var copies = side is Side.NamedStable ? CopyReferences.Take(template) : CopyReferences.None;
        PodConfiguration.Rewrite(template, reference =>
        {
            if (copies.Find(reference) is { } copy)
            {
                lines.Add($"{reference.Kind.Kind}/{copy.Name}={copy.Digest}");
                return copy.Name;
            }

            // A copy of an earlier version of Canary reads the original, whatever stands in it.
            if (scheme.Configuration.Contains(reference.Key))
                lines.Add($"{reference.Key}={(side is Side.NamedStable ? "live" : Digests.GetValueOrDefault(reference, "unknown"))}");
            return reference.Name;
        });
        return [.. lines];
    }

    /// <summary>Lets a template read the copies instead of the originals, in place.</summary>
    public void Fold(JsonObject template, RevisionScheme scheme)
    {
        if (scheme.Version < RevisionScheme.OfConfiguration) return;
        var kept = new HashSet<ConfigurationReference>();
        PodConfiguration.Rewrite(template, reference =>
        {
            if (scheme.Configuration.Contains(reference.Key) && Digests.TryGetValue(reference, out var digest))
                return ConfigurationCopyName.Format(reference.Name, digest);
            kept.Add(reference);
            return reference.Name;
        });
        CopyReferences.Note(template, kept);
    }

    /// <summary>Lets a template of the copy read the originals again, in place.</summary>
    public static void Restore(JsonObject template)
    {
        var copies = CopyReferences.Take(template);
        PodConfiguration.Rewrite(template, reference => copies.Find(reference)?.Name ?? reference.Name);
    }

    /// <summary>What a template reads that counts.</summary>
    public static IEnumerable<ConfigurationReference> Parts(JsonObject template, RevisionScheme scheme) =>
        scheme.Version < RevisionScheme.OfConfiguration ? []
            : PodConfiguration.Find(template).Where(reference => scheme.Configuration.Contains(reference.Key));

    /// <summary>
    /// This content, and all that can be put together from copies that are there: some of it may be what stable reads. The scheme of a
    /// later revision names other objects than an old template does, so that one that it does not name counts where it was copied.
    /// </summary>
    /// <param name="template">What reads it.</param>
    /// <param name="scheme">What counts.</param>
    /// <param name="copies">The copies that are there.</param>
    /// <returns>Each with the scheme by which a copy reads what it tracks.</returns>
    public IEnumerable<(ConfigurationView Content, RevisionScheme Scheme)> Alternatives(JsonObject template, RevisionScheme scheme,
        IReadOnlyCollection<(ConfigurationReference Original, string Digest)> copies)
    {
        IEnumerable<ImmutableDictionary<ConfigurationReference, string>> all = [ImmutableDictionary<ConfigurationReference, string>.Empty];
        // What is tried last varies first: what counts now.
        foreach (var part in PodConfiguration.Find(template).OrderBy(part => scheme.Configuration.Contains(part.Key)))
        {
            var copied = copies.Where(one => one.Original == part).Select(one => one.Digest).ToArray();
            string?[] digests = scheme.Configuration.Contains(part.Key)
                ? [.. copied.Append(ConfigurationCopyName.Absent).Prepend(Digests.GetValueOrDefault(part)).OfType<string>().Distinct()]
                : [null, .. copied, .. copied.Length > 0 ? Array.Empty<string>() : [ConfigurationCopyName.Absent]];
            all = all.SelectMany(one => digests.Select(digest => digest is null ? one : one.Add(part, digest)));
        }

        // The content as it is now comes first.
        return all.Take(MostAlternatives).Select(digests =>
        {
            var tracked = digests.Keys.Select(part => part.Key).Order(StringComparer.Ordinal).ToEquatableArray();
            var kept = digests.Where(one => copies.Contains((one.Key, one.Value)) && Digests.GetValueOrDefault(one.Key) != one.Value)
                .Select(one => one.Key).ToHashSet();
            return (this with { Digests = digests, Tracked = tracked, Kept = kept },
                scheme with { Version = RevisionScheme.OfConfiguration, Configuration = tracked });
        });
    }

    /// <summary>One text for all content: other texts are other content.</summary>
    public string Fingerprint => string.Join(',', Digests.Select(one => $"{one.Key.Key}={one.Value}").Order(StringComparer.Ordinal));

    /// <summary>The canary side with what is known of its configuration.</summary>
    public SideObservation Describe(SideObservation canary, JsonObject? stable, JsonObject? workload, RevisionScheme? scheme,
        RevisionScheme? current)
    {
        if (workload is null || scheme is null) return canary;
        var template = Json.Object(workload, "spec", "template") ?? [];
        return canary with
        {
            Configuration = Hash(template, scheme),
            CurrentConfiguration = current is null ? null : Hash(template, current),
            ChangedConfiguration = Differences(Json.Object(stable, "spec", "template"), template, scheme),
        };
    }

    private string? Hash(JsonObject template, RevisionScheme scheme)
    {
        var parts = Parts(template, scheme).ToArray();
        if (parts.Length == 0 || !Knows(template, scheme)) return null;
        var text = string.Join('\n', parts.Select(part => $"{part.Key}={Digests[part]}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..ConfigurationCopyName.Digits];
    }

    /// <summary>What stable's template reads in another content than the canary's, or does not read.</summary>
    private EquatableArray<string> Differences(JsonObject? stable, JsonObject canary, RevisionScheme scheme)
    {
        if (stable is null) return [];
        var copied = CopyReferences.List(stable).ToHashSet();
        return Parts(canary, scheme).Where(part => copied.Any(one => one.Original == part)
                && !copied.Contains((part, Digests.GetValueOrDefault(part, ""))))
            .Select(part => part.ToString()).ToEquatableArray();
    }
}
