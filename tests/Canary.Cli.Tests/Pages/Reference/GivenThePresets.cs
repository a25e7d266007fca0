using System;
using System.Linq;
using System.Text;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Red;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Cli.Tests.Pages.Reference;

/// <summary>The reference page of the presets: what tells a side's series apart, and the PromQL that is sent.</summary>
public sealed class GivenThePresets
{
    private const double Quantile = 0.99;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    [Test]
    public void WhenThePageIsRead_ThenItShowsWhatThePresetsAsk() => ReferencePage.AssertIs("presets.md", Print());

    private static string Print()
    {
        var text = new StringBuilder("""
            # RED presets

            A preset knows the metrics of a mesh, a gateway or a server. `provider.red` with `preset` and `signal` asks for the requests, the errors or
            the duration of a side without PromQL. `compare` counts the same series on both sides. Templates for each preset are in
            [analysis-templates](../../analysis-templates/README.md); how a preset is used is described in [Analysis](../analysis.md#a-metric).

            Generated from the presets in `src/Canary.Core/Analysis/Red`. Do not edit this page: `make reference` writes it again.

            The queries below are for the canary, with `window: 1m` and `quantile: 0.99`. `$name` is a placeholder. Its value is taken from the side of
            the Rollout, or from `subject` of the metric.

            | preset | for | placeholders |
            |---|---|---|

            """);
        foreach (var preset in RedPreset.All)
            text.Append(
                $"| [`{preset.Key}`](#{preset.Key}) | {ReferencePage.Cell(preset.About)} | "
                    + $"{string.Join(", ", preset.Placeholders.Select(name => $"`{name}`"))} |\n");
        foreach (var preset in RedPreset.All) PrintPreset(text, preset);
        return text.ToString();
    }

    private static void PrintPreset(StringBuilder text, RedPreset preset)
    {
        Argument[] subject = [.. preset.Placeholders.Select(name => new Argument(name, $"${name}"))];
        text.Append($"\n## {preset.Key}\n\n{preset.About}.\n");
        if (preset.Defaults.Count > 0)
            text.Append($"\nDefaults: {string.Join(", ", preset.Defaults.Select(one => $"`{one.Name}` is `{one.Value}`"))}.\n");
        foreach (var signal in Enum.GetValues<RedSignal>().Where(signal => signal != RedSignal.Duration || preset.HasDurations))
            text.Append(
                $"\n`signal: {signal.ToString().ToLowerInvariant()}`\n\n```promql\n"
                    + $"{preset.Query(signal, subject, Quantile, Window)}\n```\n");
    }
}
