using System.Text.Json.Nodes;

namespace Canary.Cli.Removing;

/// <summary>What the Deployment of a side says.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Replicas">Replicas that it asks for.</param>
/// <param name="Ready">Ready pods.</param>
/// <param name="IsPaused">It rolls nothing out.</param>
internal sealed record SideDeployment(string Name, int Replicas, int Ready, bool IsPaused)
{
    /// <summary>Reads it; null where there is none.</summary>
    public static SideDeployment? Read(JsonObject? deployment) => deployment is null ? null : new SideDeployment(
        (string?)deployment["metadata"]?["name"] ?? "",
        (int?)deployment["spec"]?["replicas"] ?? 1,
        (int?)deployment["status"]?["readyReplicas"] ?? 0,
        (bool?)deployment["spec"]?["paused"] ?? false);
}
