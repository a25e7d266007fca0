using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Configuration;

/// <summary>
/// The places of a pod template that name ConfigMaps and Secrets which containers read: volumes, projected volumes, <c>env</c> and
/// <c>envFrom</c>, of init containers too. Not <c>imagePullSecrets</c>, nor the Secrets of volume drivers: the kubelet and the driver read
/// them, the container never does. Tokens of service accounts are no objects here.
/// </summary>
internal static class PodConfiguration
{
    /// <summary>What the containers read, each once, in order.</summary>
    public static IReadOnlyList<ConfigurationReference> Find(JsonObject template) =>
        [.. Places(template).Select(place => new ConfigurationReference(place.Kind, Json.Text(place.Holder, place.Field)!)).Distinct()
            .OrderBy(reference => reference.Key, StringComparer.Ordinal)];

    /// <summary>Gives what the containers read other names, in place.</summary>
    public static void Rewrite(JsonObject template, Func<ConfigurationReference, string> map)
    {
        foreach (var (kind, holder, field) in Places(template).ToArray())
            holder[field] = map(new ConfigurationReference(kind, Json.Text(holder, field)!));
    }

    private static IEnumerable<(ResourceKind Kind, JsonObject Holder, string Field)> Places(JsonObject template)
    {
        var spec = Json.Object(template, "spec");
        var (maps, secrets) = (KnownKinds.ConfigMaps, KnownKinds.Secrets);
        var volumes = Json.Objects(spec, "volumes").ToArray();
        var projected = volumes.SelectMany(volume => Json.Objects(volume, "projected", "sources")).ToArray();
        var containers = Json.Objects(spec, "initContainers").Concat(Json.Objects(spec, "containers")).ToArray();
        var variables = containers.SelectMany(container => Json.Objects(container, "env")).ToArray();
        var sources = containers.SelectMany(container => Json.Objects(container, "envFrom")).ToArray();
        return Of(maps, volumes, "name", "configMap").Concat(Of(secrets, volumes, "secretName", "secret"))
            .Concat(Of(maps, projected, "name", "configMap")).Concat(Of(secrets, projected, "name", "secret"))
            .Concat(Of(maps, variables, "name", "valueFrom", "configMapKeyRef"))
            .Concat(Of(secrets, variables, "name", "valueFrom", "secretKeyRef"))
            .Concat(Of(maps, sources, "name", "configMapRef")).Concat(Of(secrets, sources, "name", "secretRef"));
    }

    private static IEnumerable<(ResourceKind Kind, JsonObject Holder, string Field)> Of(ResourceKind kind, IEnumerable<JsonObject> from,
        string field, params string[] path) =>
        from.Select(one => Json.Object(one, path)).OfType<JsonObject>()
            .Where(holder => Json.Text(holder, field) is { Length: > 0 }).Select(holder => (kind, holder, field));
}
