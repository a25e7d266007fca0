using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;

namespace Canary.Cli.Removing;

/// <summary>What would happen to every Rollout.</summary>
/// <param name="Problem">What is wrong with the controller; null: nothing.</param>
/// <param name="Rollouts">One for each Rollout, by name.</param>
internal sealed record RemovalReport(string? Problem, IReadOnlyList<RemovalForecast> Rollouts)
{
    /// <summary>How many things to do something about first.</summary>
    public int Problems => Rollouts.Sum(rollout => rollout.Problems.Count) + (Problem is null ? 0 : 1);

    public string ToText()
    {
        var text = new StringBuilder();
        if (Problem is not null) text.Append("Problem: ").Append(Problem).Append("\n\n");
        foreach (var rollout in Rollouts)
        {
            text.Append(rollout.Name).Append(": ").Append(rollout.State).Append('\n');
            Write("if it is deleted", rollout.OnDeletion);
            Write("if only the controller goes", rollout.WithoutController);
            Write("problem", rollout.Problems);
            text.Append('\n');
        }

        return text.Append(Rollouts.Count switch { 0 => "No rollouts", 1 => "1 rollout", var count => $"{count} rollouts" })
            .Append(Problems switch
            {
                0 => ": nothing speaks against uninstalling.",
                1 => ", 1 problem.",
                var count => $", {count} problems.",
            }).Append('\n').ToString();

        void Write(string title, IReadOnlyList<string> lines)
        {
            for (var i = 0; i < lines.Count; i++)
                text.Append("  ").Append(i == 0 ? $"{title}:".PadRight(30) : new string(' ', 30)).Append(lines[i]).Append('\n');
        }
    }

    public JsonObject ToDocument() => new()
    {
        ["problem"] = Problem,
        ["rollouts"] = new JsonArray([.. Rollouts.Select(rollout => new JsonObject
        {
            ["name"] = rollout.Name,
            ["state"] = rollout.State,
            ["onDeletion"] = Texts(rollout.OnDeletion),
            ["withoutController"] = Texts(rollout.WithoutController),
            ["problems"] = Texts(rollout.Problems),
        })]),
    };

    private static JsonArray Texts(IReadOnlyList<string> lines) => new([.. lines.Select(line => (JsonNode)line)]);
}
