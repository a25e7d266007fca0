using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Cli.Output;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Cli.Commands;

/// <summary>Lists rollouts, analysis runs or templates.</summary>
internal static class GetCommand
{
    public static Command Create(CommandIo io)
    {
        var command = new Command("get", "List rollouts (or: get runs, get templates, get clustertemplates)");
        var cluster = new ClusterOptions();
        var words = new Argument<string[]>("WHAT")
        {
            Description =
            "rollouts (the default), runs, templates or clustertemplates; then names",
            Arity = ArgumentArity.ZeroOrMore
        };
        var everywhere = new Option<bool>("--all-namespaces", "-A") { Description = "List in all namespaces" };
        var selector = new Option<string?>("--selector", "-l") { Description = "Label selector" };
        var output = OutputOption.Create("wide", "name");
        words.CheckNames();
        command.Arguments.Add(words);
        command.Options.Add(everywhere);
        command.Options.Add(selector);
        command.Options.Add(output);
        cluster.AddTo(command);
        command.Validators.Add(result =>
        {
            var (listing, names) = Listing.Of(result.GetValue(words) ?? []);
            if (names.Count > 0
                && Refusal(IsOn(result.GetResult(everywhere))
                    && listing.Kind.IsNamespaced, result.GetResult(selector) is not null) is { } refusal) result.AddError(refusal);
        });
        command.SetAction((parsed, cancel) => cluster.RunAsync(parsed, io, async (at, token) =>
        {
            var (listing, names) = Listing.Of(parsed.GetValue(words) ?? []);
            var isEverywhere = parsed.GetValue(everywhere) && listing.Kind.IsNamespaced;
            var items = await FindAsync(at, listing, names, isEverywhere, parsed.GetValue(selector), token);
            var text = parsed.GetValue(output) switch
            {
                "json" => PrintedDocuments.ToJson(PrintedDocuments.ListOf(items)),
                "yaml" => PrintedDocuments.ToYaml(PrintedDocuments.ListOf(items)),
                "name" =>
                    string.Concat(
                        items.Select(item => $"{listing.Kind.Kind.ToLowerInvariant()}.{listing.Kind.Group}/{item["metadata"]?["name"]}\n")),
                var form => Columns.Render(listing.Rows(items, io.Time.GetUtcNow(), isEverywhere, form == "wide")),
            };
            if (items.Count == 0 && parsed.GetValue(output) is null or "wide")
                await io.Error.WriteLineAsync(isEverywhere || !listing.Kind.IsNamespaced ? $"No {listing.Noun} found."
                    : $"No {listing.Noun} found in namespace {at.Namespace}.");
            else
                await io.Output.WriteAsync(text);
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    /// <summary>What names do not go together with: an object is named in one namespace, and a name leaves nothing to select.</summary>
    private static string? Refusal(bool isEverywhere, bool hasSelector) =>
        isEverywhere ? "-A lists every namespace, and a name is of one: give -n NAMESPACE, or no name"
        : hasSelector ? "-l selects among all, and names say which: give one or the other"
        : null;

    private static bool IsOn(OptionResult? flag) => flag is not null && flag.Tokens.All(token => token.Value != "false");

    private static async Task<IReadOnlyList<JsonObject>> FindAsync(
        ClusterConnection at, Listing listing, IReadOnlyList<string> names, bool isEverywhere, string? selector, CancellationToken cancel)
    {
        var ns = listing.Kind.IsNamespaced && !isEverywhere ? at.Namespace : null;
        if (names.Count == 0)
            return (await at.Client.ListAllAsync(listing.Kind, ns, new ListOptions(LabelSelector: selector), cancel)).Items;
        var found = new List<JsonObject>();
        foreach (var name in names) found.Add(await at.Client.GetAsync(listing.Kind, new ObjectName(ns, name), cancel));
        return found;
    }
}
