using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Core.Analysis;
using Canary.Kubernetes.Mapping;
using Canary.Usage;

namespace Canary.Cli.Commands;

/// <summary>Templates in files, and values for their arguments.</summary>
internal static class TemplateFiles
{
    private static readonly string[] Kinds = ["AnalysisTemplate", "ClusterAnalysisTemplate"];

    /// <summary>The templates of the files; null with the reason where there are none.</summary>
    public static async Task<(IReadOnlyList<JsonObject>? Templates, string Problem)> ReadAsync(IEnumerable<string> files,
        CancellationToken cancel)
    {
        var templates = new List<JsonObject>();
        foreach (var file in files)
        {
            var text = await InputFile.ReadAsync(file, cancel);
            try
            {
                var found = YamlDocument.Parse(text).SelectMany(document => ManifestObjects.Expand(document.Root)).Select(one => one.Node)
                    .OfType<JsonObject>().ToArray();
                var ours = found.Where(one => Kinds.Contains((string?)one["kind"])).ToArray();
                if (ours.Length == 0)
                    return (null,
                        $"{file} holds no AnalysisTemplate; it "
                            + "holds " + (found.Length == 0 ? "nothing"
                                : string.Join(", ", found.Select(one => (string?)one["kind"] ?? "an object without a kind"))));
                templates.AddRange(ours);
            }
            catch (YamlDotNet.Core.YamlException wrong)
            {
                return (null, $"{file}:{wrong.Start.Line}: it is no YAML: {wrong.Message}");
            }
        }

        return (templates, "");
    }

    /// <summary>Arguments as they are given: <c>name=value</c>; null with the reason.</summary>
    public static (IReadOnlyList<Argument>? Given, string Problem) Arguments(IEnumerable<string> words)
    {
        var given = new List<Argument>();
        foreach (var word in words)
        {
            var equals = word.IndexOf('=', System.StringComparison.Ordinal);
            if (equals < 1) return (null, $"--arg: found {UsageErrors.Quote(word)}, allowed is NAME=VALUE");
            if (given.Any(one => one.Name == word[..equals])) return (null, $"--arg {UsageErrors.Quote(word[..equals])} is given twice");
            given.Add(new Argument(word[..equals], word[(equals + 1)..]));
        }

        return (given, "");
    }
}
