using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.StableCopy;

/// <summary>Asks by which digests the pods of a workload run the images of a template.</summary>
internal sealed class RunningImages(ApiClient client)
{
    /// <summary>The digests; or why nobody can be asked.</summary>
    /// <param name="source">The workload.</param>
    /// <param name="template">A template that its pods run, or ran.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async Task<(PinnedImages Images, WriteResult? Failure)> ReadAsync(JsonObject source, JsonObject template,
        CancellationToken cancel)
    {
        var selector = string.Join(',', Json.Map(source, "spec", "selector", "matchLabels").Select(label => $"{label.Key}={label.Value}"));
        try
        {
            var pods = await client.ListAllAsync(KnownKinds.Pods, Json.Namespace(source), new ListOptions(LabelSelector: selector), cancel);
            return (PinnedImages.Read(template, pods.Items), null);
        }
        catch (ApiException failure)
        {
            return (PinnedImages.None, new WriteResult.Refused($"the images of the pods of Deployment {ObjectName.Of(source)} cannot be "
                + $"read: {failure.Status.Message}"));
        }
    }

    /// <summary>Says what is not pinned; null: all is.</summary>
    public static string? Describe(PinnedImages images) => images.Problem is { } problem ? $"images are not pinned: {problem}" : null;
}
