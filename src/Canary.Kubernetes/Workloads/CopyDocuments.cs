using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.Configuration;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.StableCopy;

namespace Canary.Kubernetes.Workloads;

/// <summary>The objects that Canary makes beside one workload.</summary>
internal static class CopyDocuments
{
    // Not that it is headless, or that it publishes addresses that are not ready: the weights lead to the sides' Services, which need an
    // address of their own and ready pods alone.
    private static readonly string[] _serviceFields = ["sessionAffinity", "sessionAffinityConfig", "ipFamilies", "ipFamilyPolicy"];

    /// <summary>The copy of a workload.</summary>
    /// <param name="source">The workload, whole.</param>
    /// <param name="template">The pod template that the copy runs, as it is in the workload.</param>
    /// <param name="changed">The label that tells the copy's pods from those of the workload.</param>
    /// <param name="workload">What the Rollout says of it.</param>
    /// <param name="rollout">Name of the Rollout.</param>
    /// <param name="replicas">Replicas of the copy.</param>
    /// <param name="configuration">The content of what its pods shall read.</param>
    public static JsonObject Deployment(JsonObject source, JsonObject template, string changed, CopiedWorkload workload, string rollout,
        int replicas, ConfigurationView configuration)
    {
        var selector = (JsonObject)Json.Object(source, "spec", "selector")!.DeepClone();
        var value = Json.Text(selector, "matchLabels", changed)!;
        selector["matchLabels"]![changed] = DisjointLabel.Change(changed, value);
        var spec = (JsonObject)Json.Object(source, "spec")!.DeepClone();
        spec.Remove("paused");
        spec["replicas"] = replicas;
        spec["selector"] = selector;
        spec["template"] = Template(template, changed, value, workload);
        var document = new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["metadata"] = Metadata(workload.CopyName, Json.Namespace(source), rollout),
            ["spec"] = spec,
        };
        document["metadata"]!["labels"]![CopyLabels.Side] = "stable";
        var scheme = Scheme(document, source, workload, configuration);
        configuration.Fold((JsonObject)spec["template"]!, scheme);
        CopyAntiAffinity.Add((JsonObject)spec["template"]!, CopyObserver.Labels(source), workload.AntiAffinity);
        var revision = TemplateHash.Compute((JsonObject)spec["template"]!, scheme, Side.NamedStable, configuration);
        spec["template"]!["metadata"]!["labels"]![CopyLabels.Revision] = revision;
        return document;
    }

    /// <summary>How the templates of a copy and of its workload become revisions.</summary>
    public static RevisionScheme Scheme(JsonObject copy, JsonObject source, CopiedWorkload workload, ConfigurationView configuration) =>
        configuration.Extend(SideLabels.Find(new SideObjects(new SideSpec("", null, workload.Reference), null, null, copy),
            new SideObjects(new SideSpec("", null, workload.Reference), null, null, source), isOneWorkload: true))!;

    /// <summary>A Service of one side.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="ns">Its namespace.</param>
    /// <param name="selector">The labels of its pods.</param>
    /// <param name="clients">The Service that clients call, whole; null: there is none.</param>
    /// <param name="deployment">The workload, whose container ports are taken where there is none.</param>
    /// <param name="rollout">Name of the Rollout.</param>
    public static JsonObject Service(string name, string ns, IReadOnlyDictionary<string, string> selector, JsonObject? clients,
        JsonObject deployment, string rollout)
    {
        var spec = new JsonObject { ["selector"] = Map(selector) };
        var from = Json.Object(clients, "spec");
        foreach (var field in _serviceFields)
        {
            if (from?[field] is { } value) spec[field] = value.DeepClone();
        }

        spec["ports"] = new JsonArray([.. clients is null ? ContainerPorts(deployment)
            : Json.Objects(from, "ports").Select(port => Caching.Projections.Pick(port, Caching.Projections.Ports))]);
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Service",
            ["metadata"] = Metadata(name, ns, rollout),
            ["spec"] = spec,
        };
    }

    /// <summary>The ports that the containers of a workload name.</summary>
    public static IEnumerable<JsonObject> ContainerPorts(JsonObject deployment)
    {
        var ports = Json.Objects(deployment, "spec", "template", "spec", "containers")
            .SelectMany(container => Json.Objects(container, "ports"))
            .DistinctBy(port => (Json.Whole(port, "containerPort"), Json.Text(port, "protocol") ?? "TCP")).ToArray();
        var names = new HashSet<string>(System.StringComparer.Ordinal);
        foreach (var port in ports)
        {
            var (number, protocol) = (Json.Whole(port, "containerPort") ?? 0, Json.Text(port, "protocol") ?? "TCP");
            var name = Json.Text(port, "name") ?? $"port-{number}";
            // A Service has each name once.
            if (!names.Add(name)) names.Add(name = $"{protocol.ToLowerInvariant()}-{number}");
            yield return new JsonObject
            {
                ["name"] = name,
                ["port"] = number,
                ["targetPort"] = number,
                ["protocol"] = protocol,
            };
        }
    }

    /// <summary>A template without what a ReplicaSet adds to it.</summary>
    public static JsonObject OfReplicaSet(JsonObject set)
    {
        var template = (JsonObject)(Json.Object(set, "spec", "template")?.DeepClone() ?? new JsonObject());
        Json.Object(template, "metadata", "labels")?.Remove("pod-template-hash");
        return template;
    }

    public static JsonObject Map(IReadOnlyDictionary<string, string> labels) =>
        new(labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value)));

    private static JsonObject Template(JsonObject template, string changed, string value, CopiedWorkload workload)
    {
        var own = new JsonObject
        {
            [changed] = DisjointLabel.Change(changed, value),
            [CopyLabels.Side] = "stable",
            [CopyLabels.Serves] = workload.Reference.Name,
            [CopyLabels.Workload] = workload.Reference.Name,
        };
        var scheme = new RevisionScheme(RevisionScheme.OfOneWorkload,
            new[] { new SideLabel(changed, DisjointLabel.Change(changed, value), value) }
                .Concat(CopyLabels.OfPods.Where(name => name != changed).Select(name => new SideLabel(name, null, null)))
                .ToEquatableArray());
        return TemplateHash.Transfer(template, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = own } }, scheme);
    }

    /// <summary>Names an object as one that Canary made for a Rollout.</summary>
    public static JsonObject Metadata(string name, string ns, string rollout) => new()
    {
        ["name"] = name,
        ["namespace"] = ns,
        ["labels"] = new JsonObject { ["app.kubernetes.io/managed-by"] = "canary", [CopyLabels.Rollout] = rollout },
    };
}
