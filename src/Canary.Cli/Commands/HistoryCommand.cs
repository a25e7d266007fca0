using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Cli.Io;
using Canary.Cli.Output;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Workloads;

namespace Canary.Cli.Commands;

/// <summary>Lists the revisions that a rollout released, and which of them an undo can go back to.</summary>
internal static class HistoryCommand
{
    public static Command Create(CommandIo io)
    {
        var command = new Command("history", "List the last revisions: how each ended and why, and whether undo can go back to it");
        var cluster = new ClusterOptions();
        var rollout = NameRule.Rollout();
        var output = OutputOption.Create();
        command.Arguments.Add(rollout);
        command.Options.Add(output);
        cluster.AddTo(command);
        command.SetAction((parsed, cancel) => cluster.RunAsync(parsed, io, async (at, token) =>
        {
            var document = await at.Client.GetAsync(KnownKinds.Rollouts, new ObjectName(at.Namespace, parsed.GetValue(rollout)!), token);
            var form = parsed.GetValue(output);
            if (form is not null)
            {
                var history = (document["status"]?["history"] as JsonArray ?? []).OfType<JsonObject>().ToArray();
                await io.Output.WriteAsync(form == "json" ? PrintedDocuments.ToJson(PrintedDocuments.ListOf(history))
                    : PrintedDocuments.ToYaml(PrintedDocuments.ListOf(history)));
                return ExitCode.Done;
            }

            var templates = await KnownRevisions.FindAsync(at.Client, document, token);
            await io.Output.WriteAsync(Columns.Render(Rows(document, templates)));
            if (templates is null)
                await io.Error.WriteLineAsync("ReplicaSets cannot be listed, so it is not known which templates exist: canary-view grants it.");
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    /// <param name="document">The Rollout.</param>
    /// <param name="templates">The revisions whose pod template exists; null: not known.</param>
    internal static IReadOnlyList<IReadOnlyList<string>> Rows(JsonObject document, IReadOnlySet<string>? templates)
    {
        var status = RolloutStatusMapping.Read(document["status"]);
        var rows = new List<IReadOnlyList<string>> { new[] { "REVISION", "NOW", "OUTCOME", "WEIGHT", "ENDED", "TEMPLATE", "REASON" } };
        // A baseline was never released, so it has no entry.
        foreach (var revision in new[] { status.CanaryRevision, status.StableRevision }.OfType<string>().Distinct()
            .Where(revision => status.History.All(entry => entry.Revision != revision)))
            rows.Add([revision, Role(revision), "", "", "", Template(revision), ""]);
        rows.AddRange(status.History.Select(entry => new[]
        {
            entry.Revision, Role(entry.Revision), entry.Outcome.ToString(), entry.HighestWeight.ToString(),
            entry.EndedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            Template(entry.Revision), entry.Reason,
        }));
        return rows;

        string Role(string revision) => revision == status.StableRevision ? "stable"
            : revision == status.CanaryRevision ? "canary" : "";

        string Template(string revision) => templates is null ? "unknown" : templates.Contains(revision) ? "yes" : "gone";
    }
}
