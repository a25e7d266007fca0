using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Configuration;

/// <summary>Says what ConfigMaps and Secrets the pods of one workload read, and in what content. From the caches: it costs no
/// request.</summary>
internal sealed class ConfigurationTracking(ConfigurationCaches caches, ConfigurationKeys? keys)
{
    private const string Disabled = "disabled";
    private const string Enabled = "enabled";

    /// <summary>The content as it is now.</summary>
    /// <param name="rollout">The Rollout.</param>
    /// <param name="workload">The workload; null: it is not there.</param>
    /// <param name="copy">Its copy; null: there is none.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async Task<ConfigurationView> ReadAsync(RolloutSnapshot rollout, JsonObject? workload, JsonObject? copy,
        CancellationToken cancel)
    {
        if (keys is null || workload is null) return ConfigurationView.None;
        var read = PodConfiguration.Find(Json.Object(workload, "spec", "template") ?? []);
        // A copy that is lost is made again from its original, also where the workload reads another one by now.
        var copies = CopyReferences.List(Json.Object(copy, "spec", "template") ?? []).ToArray();
        var originals = copies.Select(one => one.Original).Except(read).ToArray();
        caches.Use(rollout.Name, [.. read.Union(originals).Union(copies.Select(one =>
            new ConfigurationReference(one.Original.Kind, ConfigurationCopyName.Format(one.Original.Name, one.Digest))))]);
        if (read.Count == 0 && originals.Length == 0) return ConfigurationView.None;

        var reading = await keys.ReadAsync(cancel);
        var problems = new List<string>();
        var isWanted = read.Count > 0 && IsWanted(workload, $"Deployment {Json.Name(workload)}", problems);
        if (reading.Problem is { } problem && isWanted) problems.Add(problem);
        var view = new Reading(rollout.Name, reading.Key, isWanted, problems);
        foreach (var kind in read.Concat(originals).Select(reference => reference.Kind).Distinct())
        {
            var cache = await caches.FindAsync(kind, rollout.Name.Namespace, cancel);
            foreach (var reference in read.Where(reference => reference.Kind == kind)) view.Add(reference, cache);
            foreach (var reference in originals.Where(reference => reference.Kind == kind)) view.AddOriginal(reference, cache);
        }

        return view.Build() with { IsKeyAwaited = reading is { Key: null, IsLasting: false } };
    }

    private static bool IsWanted(JsonObject document, string title, List<string> problems)
    {
        if (Json.Object(document, "metadata", "annotations")?[CopyLabels.ConfigTracking] is not { } annotation) return true;
        var text = Json.Text(annotation);
        if (text is not (Disabled or Enabled))
            problems.Add($"{title}: annotation {CopyLabels.ConfigTracking} is {annotation.ToJsonString()}; allowed is {Disabled}, and "
                + "anything else counts as absent");
        return text is not Disabled;
    }

    private sealed class Reading(RolloutName rollout, ConfigurationKey? key, bool isWanted, List<string> problems)
    {
        private readonly Dictionary<ConfigurationReference, string> _digests = [];
        private readonly HashSet<ConfigurationReference> _denied = [];
        private readonly List<string> _tracked = [];

        public void Add(ConfigurationReference reference, ResourceCache? cache)
        {
            if (cache is not { HasSynced: true })
            {
                if (cache?.Problem is { } problem && (problem.IsForbidden || problem.IsNotFound)) _denied.Add(reference);
                if (isWanted)
                    problems.Add($"{reference} cannot be read: {cache?.Problem?.Status.Message ?? "the API server has not answered yet"}");
                return;
            }

            var found = AddOriginal(reference, cache);
            if (!ConfigurationCopyName.Fits(reference.Name))
                problems.Add($"{reference} has a name of {reference.Name.Length} letters, which leaves no room for that of its copy");
            else if (isWanted && key is not null && (found is null
                || (!ConfigurationContent.IsToken(found) && IsWanted(found, reference.ToString(), problems))))
                _tracked.Add(reference.Key);
        }

        /// <summary>Adds the content of one that is no part of a revision that begins now.</summary>
        /// <returns>Null: it is not there, or cannot be read.</returns>
        public JsonObject? AddOriginal(ConfigurationReference reference, ResourceCache? cache)
        {
            if (cache is not { HasSynced: true }) return null;
            var found = cache.Get(new ObjectName(rollout.Namespace, reference.Name));
            if (key is not null)
                _digests[reference] = found is null ? ConfigurationCopyName.Absent
                    : key.Digest(rollout, ConfigurationContent.Read(found));
            return found;
        }

        public ConfigurationView Build() => new(key?.Id, _digests, _tracked.Order(StringComparer.Ordinal).ToEquatableArray(), _denied,
            problems.Count == 0 ? null : string.Join("; ", problems.Distinct()))
        {
            Digest = content => key?.Digest(rollout, content) ?? "",
        };
    }
}
