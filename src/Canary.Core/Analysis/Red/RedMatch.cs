using System;
using System.Linq;
using System.Text.RegularExpressions;

namespace Canary.Core.Analysis.Red;

/// <summary>One label that tells the series of a variant apart.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Value">Its value; a regular expression for the whole value where <paramref name="IsPattern"/>.</param>
/// <param name="IsPattern">Matched by a regular expression.</param>
internal sealed record RedMatch(string Label, string Value, bool IsPattern = false)
{
    private static readonly Regex Special = new(@"[\\.+*?()|\[\]{}^$]", RegexOptions.CultureInvariant);

    // The labels that Prometheus itself puts on every target: where an exporter has one of the same name, it is renamed unless honor_labels
    // is set.
    private static readonly string[] OfTargets = ["namespace", "service", "pod", "node", "job", "instance", "container", "endpoint"];

    /// <summary>Scraping may have renamed it to <c>exported_...</c>.</summary>
    public bool MayBeRenamed => OfTargets.Contains(Label);

    public RedMatch Renamed => MayBeRenamed ? this with { Label = $"exported_{Label}" } : this;

    /// <summary>It names the pod that was scraped, and is put on by whoever configures the scraping: it has another name from one
    /// configuration to the other.</summary>
    public bool IsOfPod { get; init; }

    /// <summary>The label as the scraping of this kind names it.</summary>
    public RedMatch By(ScrapeLabels scraping) => !IsOfPod ? this : this with
    {
        Label = (scraping, Label) switch
        {
            (ScrapeLabels.Kubernetes, "namespace") => "kubernetes_namespace",
            (ScrapeLabels.Kubernetes, "pod") => "kubernetes_pod_name",
            (ScrapeLabels.Operator, "kubernetes_namespace") => "namespace",
            (ScrapeLabels.Operator, "kubernetes_pod_name") => "pod",
            _ => Label,
        },
    };

    public override string ToString() => IsPattern ? $"{Label}=~\"{Quote(Value)}\"" : $"{Label}=\"{Quote(Value)}\"";

    /// <summary>A matcher for any of these values.</summary>
    public static string AnyOf(string label, string[] values) =>
        values.Length == 1 ? new RedMatch(label, values[0]).ToString() : $"{label}=~\"{Quote(string.Join('|', values.Select(Literal)))}\"";

    /// <summary>The text as a part of a regular expression that matches it and nothing else.</summary>
    public static string Literal(string text) => Special.Replace(text, @"\$0");

    // A value of a user becomes a part of the query: what ends a string in PromQL must not end it here.
    private static string Quote(string value) => value
        .Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", @"\n", StringComparison.Ordinal);
}
