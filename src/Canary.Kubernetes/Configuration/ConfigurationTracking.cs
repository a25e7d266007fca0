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
        var copied = PodConfiguration.Find(Json.Object(copy, "spec", "template") ?? [])
            .Where(reference => ConfigurationCopyName.Parse(reference.Name) is not null);
        caches.Use(rollout.Name, [.. read.Union(copied)]);
        if (read.Count == 0) return ConfigurationView.None;

        var reading = await keys.ReadAsync(cancel);
        var problems = new List<string>();
        var isWanted = IsWanted(workload, $"Deployment {Json.Name(workload)}", problems);
        if (reading.Problem is { } problem && isWanted) problems.Add(problem);
        var view = new Reading(rollout.Name, reading.Key, isWanted, problems);
        foreach (var kind in read.Select(reference => reference.Kind).Distinct())
        {
            var cache = await caches.FindAsync(kind, rollout.Name.Namespace, cancel);
            foreach (var reference in read.Where(reference => reference.Kind == kind)) view.Add(reference, cache);
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

            var found = cache.Get(new ObjectName(rollout.Namespace, reference.Name));
            if (key is not null)
                _digests[reference] = found is null ? ConfigurationCopyName.Absent
                    : key.Digest(rollout, ConfigurationContent.Read(found));
            if (!ConfigurationCopyName.Fits(reference.Name))
                problems.Add($"{reference} has a name of {reference.Name.Length} letters, which leaves no room for that of its copy");
            else if (isWanted && key is not null && (found is null
                || (!ConfigurationContent.IsToken(found) && IsWanted(found, reference.ToString(), problems))))
                _tracked.Add(reference.Key);
        }

        public ConfigurationView Build() => new(key?.Id, _digests, _tracked.Order(StringComparer.Ordinal).ToEquatableArray(), _denied,
            problems.Count == 0 ? null : string.Join("; ", problems.Distinct()))
        {
            Digest = content => key?.Digest(rollout, content) ?? "",
        };
    }
}
