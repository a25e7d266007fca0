using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Sandbox.World;

/// <summary>Ships a version as a pipeline would: it changes the pod template of the canary's Deployment, and nothing else.</summary>
internal sealed class VersionShipper(ApiClient api)
{
    private const int Attempts = 5;
    private static readonly WriteOptions Writing = new("canary-sandbox-deploy");

    /// <summary>The generation of the Deployment that holds the version.</summary>
    public async Task<long> ShipAsync(ObjectName deployment, ShippedVersion version, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var found = await api.FindAsync(KnownKinds.Deployments, deployment, cancel)
                ?? throw new SandboxException($"Deployment {deployment} is not there. Is the sandbox running, and is this its kubeconfig?",
                    SandboxProblem.NotFound);
            try
            {
                var written = await api.PatchAsync(KnownKinds.Deployments, deployment, new Patch.Merge(Change(found, version)), null,
                    Writing, cancel);
                return written.NumberAt("metadata", "generation") ?? 0;
            }
            catch (ApiException stale) when (stale.IsConflict && attempt < Attempts)
            {
                // Its status was written in between: look again.
            }
        }
    }

    private static JsonObject Change(JsonObject deployment, ShippedVersion version)
    {
        if (deployment.At("spec", "template", "spec", "containers")?.DeepClone() is not JsonArray containers
            || containers.OfType<JsonObject>().FirstOrDefault() is not { } container)
            throw new SandboxException($"Deployment {ObjectName.Of(deployment)} has no container");
        var image = container.TextAt("image") ?? "";
        var tag = image.LastIndexOf(':') is var colon && colon > image.LastIndexOf('/') ? image[..colon] : image;
        container["image"] = $"{tag}:{version.Version}";
        Set(container, "VERSION", version.Version);
        Set(container, "ERROR_RATE", version.ErrorRate.ToString("0.####", CultureInfo.InvariantCulture));
        Set(container, "LATENCY", $"{version.Latency.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture)}ms");
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = deployment.TextAt("metadata", "resourceVersion") },
            ["spec"] = new JsonObject
            {
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["version"] = version.Version } },
                    ["spec"] = new JsonObject { ["containers"] = containers },
                },
            },
        };
    }

    private static void Set(JsonObject container, string name, string value)
    {
        if (container["env"] is not JsonArray environment) container["env"] = environment = [];
        var variable = environment.OfType<JsonObject>().FirstOrDefault(entry => entry.TextAt("name") == name);
        if (variable is null) environment.Add(new JsonObject { ["name"] = name, ["value"] = value });
        else variable["value"] = value;
    }
}
