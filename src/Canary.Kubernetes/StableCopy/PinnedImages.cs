using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.StableCopy;

/// <summary>The images that the analysed pods run, by digest: a tag that somebody moves after the analysis is not what stable pulls. Init
/// containers, and containers that a webhook injects, stay as they are.</summary>
/// <param name="Images">From the name of a container to its image with the digest.</param>
/// <param name="Problem">Why some containers are not among them; null: all are.</param>
internal sealed record PinnedImages(IReadOnlyDictionary<string, string> Images, string? Problem)
{
    private const string Sha = "sha256:";
    private const int HashLength = 64;

    /// <summary>Nothing is pinned.</summary>
    public static readonly PinnedImages None = new(new Dictionary<string, string>(), null);

    /// <summary>Reads the digests.</summary>
    /// <param name="template">The template that was analysed.</param>
    /// <param name="pods">Pods of its workload.</param>
    public static PinnedImages Read(JsonObject template, IReadOnlyList<JsonObject> pods)
    {
        var (images, problems) = (new Dictionary<string, string>(StringComparer.Ordinal), new List<string>());
        var running = pods.Where(pod => Json.Text(pod, "metadata", "deletionTimestamp") is null).ToArray();
        foreach (var container in Json.Objects(template, "spec", "containers"))
        {
            // One with a digest cannot be moved.
            if (Json.Text(container, "name") is not { } name || Json.Text(container, "image") is not { } image
                || image.Contains('@')) continue;
            var found = running.Where(pod => Image(pod, name) == image).Select(pod => ImageId(pod, name)).OfType<string>()
                .Distinct(StringComparer.Ordinal).ToArray();
            if (found.Length > 1)
                problems.Add($"pods run container {name} from {found.Length} images "
                    + $"({string.Join(", ", found.Order(StringComparer.Ordinal))}): Nodes of other architectures, or a tag that was moved "
                    + "meanwhile");
            else if (found is not [var id] || Digest(id) is not { } digest || Repository(id) != Repository(image))
                problems.Add($"no pod says by which digest of {image} container {name} runs"
                    + (found is [var other] ? $" (it says {other})" : ""));
            else images[name] = $"{image}@{digest}";
        }

        return new PinnedImages(images, problems.Count == 0 ? null : string.Join("; ", problems));
    }

    /// <summary>Reads the digests from pods that a deleted copy left: a tag that was moved meanwhile is not what was analysed.</summary>
    /// <param name="template">The template of the copy that is made again.</param>
    /// <param name="pods">Pods of the former copy, which run images by digest.</param>
    public static PinnedImages ReadFormer(JsonObject template, IReadOnlyList<JsonObject> pods)
    {
        var images = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var container in Json.Objects(template, "spec", "containers"))
        {
            if (Json.Text(container, "name") is not { } name || Json.Text(container, "image") is not { } image
                || image.Contains('@')) continue;
            if (pods.Select(pod => Image(pod, name)).Distinct(StringComparer.Ordinal)
                .Where(one => one?.StartsWith($"{image}@{Sha}", StringComparison.Ordinal) is true).ToArray() is [{ } pinned])
                images[name] = pinned;
            else return new PinnedImages(images, $"no pod of the former copy says by which digest of {image} container {name} ran");
        }

        return new PinnedImages(images, null);
    }

    /// <summary>Writes the digests into the copy's template, which remembers what stood there.</summary>
    public void Pin(JsonObject template)
    {
        var before = new JsonObject();
        foreach (var container in Json.Objects(template, "spec", "containers"))
        {
            if (Json.Text(container, "name") is not { } name || !Images.TryGetValue(name, out var image)) continue;
            before[name] = Json.Text(container, "image");
            container["image"] = image;
        }

        if (before.Count == 0) return;
        if (template["metadata"] is not JsonObject metadata) template["metadata"] = metadata = [];
        if (metadata["annotations"] is not JsonObject annotations) metadata["annotations"] = annotations = [];
        annotations[CopyLabels.PinnedImages] = before.ToJsonString();
    }

    /// <summary>Puts back what stood there: the digest is no part of what is released.</summary>
    public static void Unpin(JsonObject template)
    {
        if (Json.Object(template, "metadata", "annotations") is not { } annotations
            || Json.Text(annotations, CopyLabels.PinnedImages) is not { } text) return;
        annotations.Remove(CopyLabels.PinnedImages);
        var before = Parse(text);
        foreach (var container in Json.Objects(template, "spec", "containers"))
        {
            if (Json.Text(container, "name") is { } name && Json.Text(before, name) is { } image
                && Json.Text(container, "image")?.StartsWith(image + "@", StringComparison.Ordinal) is true) container["image"] = image;
        }
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Image(JsonObject pod, string container) => Json.Objects(pod, "spec", "containers")
        .Where(one => Json.Text(one, "name") == container).Select(one => Json.Text(one, "image")).FirstOrDefault();

    private static string? ImageId(JsonObject pod, string container) => Json.Objects(pod, "status", "containerStatuses")
        .Where(one => Json.Text(one, "name") == container).Select(one => Json.Text(one, "imageID"))
        .FirstOrDefault(id => !string.IsNullOrEmpty(id));

    private static string? Digest(string imageId) => imageId.Split('@') is [_, var digest]
        && digest.StartsWith(Sha, StringComparison.Ordinal) && digest.Length == Sha.Length + HashLength ? digest : null;

    // As Docker Hub's images are called: nginx is docker.io/library/nginx.
    private static string Repository(string image)
    {
        var name = image.Split("://")[^1].Split('@')[0];
        var slash = name.LastIndexOf('/');
        if (name.IndexOf(':', slash + 1) is var colon and > 0) name = name[..colon];
        var first = name.Split('/')[0];
        if (slash < 0) return "docker.io/library/" + name;
        return first.Contains('.') || first.Contains(':') || first == "localhost" ? name : "docker.io/" + name;
    }
}
