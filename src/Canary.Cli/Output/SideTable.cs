using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Cli.Reading;
using Canary.Terminal;
using Spectre.Console;

namespace Canary.Cli.Output;

/// <summary>The two sides: traffic, pods, version and image.</summary>
internal static class SideTable
{
    private const int Gap = 2;
    private const int Shortest = 12;

    /// <summary>Null: nothing is known of either.</summary>
    public static Table? Draw(RolloutDetails details, int width)
    {
        if (details is { Stable.Workload: null, Canary.Workload: null }) return null;
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        for (var column = 0; column < 5; column++)
            table.AddColumn(new TableColumn("") { Padding = new Padding(0, 0, Gap, 0), NoWrap = true });
        var sides = new[] { details.Stable, details.Canary };
        var room = width - Gap - new Func<SideDetails, string>[] { side => side.Role, side => Traffic(details, side.Role),
            side => Pods(side).Text, side => Version(side.Deployment) }
            .Sum(cell => sides.Max(side => cell(side).Length) + Gap);
        foreach (var side in sides)
        {
            var (pods, colour) = Pods(side);
            table.AddRow(
                new Text(side.Role),
                new Text(Traffic(details, side.Role)) { Justification = Justify.Right },
                StyledText.Create((pods, colour)),
                StyledText.Create((Version(side.Deployment), "bold")),
                StyledText.Create((Fit(Image(side.Deployment), Math.Max(Shortest, room)), "grey")));
        }

        return table;
    }

    // status.weights are those of the canary role, which the sides exchange where they name no template to promote.
    private static string Traffic(RolloutDetails details, string side)
    {
        if ((double?)details.Rollout["status"]?["weights"]?["applied"] is not { } canary) return "?";
        var isStable = side == ((string?)details.Rollout["status"]?["stableSide"] ?? "stable");
        return $"{ShortNumber.Format(isStable ? 100 - canary : canary)} %";
    }

    private static (string Text, string Colour) Pods(SideDetails side)
    {
        if (side.Workload is null) return ("", "grey");
        if (side.Deployment is not { } deployment) return ($"{side.Workload} is not known", "red");
        var isReady = PodText.IsReady(deployment);
        return PodText.Problem(side.Pods ?? []) is { } problem ? ($"{PodText.Ready(deployment)}, {problem}", isReady ? "yellow" : "red")
            : (PodText.Ready(deployment), isReady ? "green" : "yellow");
    }

    private static string Version(JsonObject? deployment)
    {
        var labels = deployment?["spec"]?["template"]?["metadata"]?["labels"];
        return (string?)labels?["app.kubernetes.io/version"] ?? (string?)labels?["version"] ?? Tag(Image(deployment));
    }

    private static string Image(JsonObject? deployment) =>
        string.Join(", ",
            (deployment?["spec"]?["template"]?["spec"]?["containers"] as JsonArray ?? []).Select(container => (string?)container?["image"])
            .OfType<string>());

    private static string Tag(string image)
    {
        var first = image.Split(", ")[0];
        var at = first.LastIndexOfAny([':', '@']);
        return at > first.LastIndexOf('/') ? first[(at + 1)..] : "";
    }

    // The end of an image says more than its registry.
    private static string Fit(string image, int width) => image.Length <= width ? image : "…" + image[^(width - 1)..];
}
