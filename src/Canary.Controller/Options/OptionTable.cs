using System.Collections.Generic;
using System.Linq;
using System.Text;
using Canary.Core.Patterns;

namespace Canary.Controller.Options;

/// <summary>Every option, with its default and its line of help.</summary>
internal static class OptionTable
{
    public static readonly OptionDefinition KubeConfig = new("--kubeconfig", "FILE", null, "Kubeconfig to use. Without it: $KUBECONFIG, ~/.kube/config, in a pod its service account.");
    public static readonly OptionDefinition Entry = new("--context", "NAME", null, "Context of the kubeconfig. Without it: its current-context.");
    public static readonly OptionDefinition Namespace = new("--namespace", "NAME", null, "The one namespace to watch. Without it: all.");
    public static readonly OptionDefinition Prometheus = new("--prometheus", "URL", null, "Where queries go whose template names no address, for example http://prometheus.monitoring:9090.");
    public static readonly OptionDefinition TemplateAddresses = new(
        "--template-addresses", "LIST", "*",
        "Which servers templates may name: *, hosts, .domains, IP addresses, networks; with commas between. See docs/security.md for what * leaves out.");

    public static readonly OptionDefinition MetricsAddress = new("--metrics-address", "ADDRESS:PORT", "0.0.0.0:8080", "Where /metrics, /healthz, /readyz and /hooks/alertmanager are served; port 0 takes a free one and logs it.");
    public static readonly OptionDefinition LeaseNamespace = new("--lease-namespace", "NAME", null, "Namespace of the Lease by which one of several controllers leads. Without it: that of the pod or of the kubeconfig's context.");
    public static readonly OptionDefinition LeaseName = new("--lease-name", "NAME", "canary-controller", "Name of that Lease.");
    public static readonly OptionDefinition Identity = new("--identity", "NAME", null, "Who holds the Lease, unique to this process. Without it: the host's name and a random part.");
    public static readonly OptionDefinition LogFormat = new("--log-format", "json|text", "text", "How a line of the log looks; json is an object with Timestamp, Level, RenderedMessage, Properties. It goes to standard error.");
    public static readonly OptionDefinition LogLevel = new("--log-level", "LEVEL", "information", "The least level that is written: trace, debug, information, warning, error.");
    public static readonly OptionDefinition Workers = new("--workers", "NUMBER", "16", "Rollouts that are evaluated at a time, 1 to 256.");

    public static readonly OptionDefinition AlertTokenFile = new("--alert-token-file", "FILE", null, "The bearer token that Alertmanager sends to /hooks/alertmanager, mounted from a Secret read anew at each request. Without it: no webhook.");
    public static readonly OptionDefinition Alertmanager = new("--alertmanager", "URL", null, "An Alertmanager that is asked which alerts fire, for example http://alertmanager.monitoring:9093. Silenced and inhibited ones do not count.");
    public static readonly OptionDefinition AlertsFromPrometheus = new("--alerts-from-prometheus", "true|false", null, "Whether --prometheus is asked which alerts fire. It knows of no silences. Without it: true, with --alertmanager false.");
    public static readonly OptionDefinition AlertPollInterval = new("--alert-poll-interval", "DURATION", "15s", "Time between two questions which alerts fire, 1s to 10m; only while a rollout with alerts is under way.");

    public static readonly IReadOnlyList<OptionDefinition> All =
    [
        KubeConfig, Entry, Namespace, Prometheus, TemplateAddresses, MetricsAddress, LeaseNamespace, LeaseName, Identity, LogFormat, LogLevel, Workers, AlertTokenFile, Alertmanager, AlertsFromPrometheus, AlertPollInterval,
    ];

    public static string Help()
    {
        var text = new StringBuilder();
        text.Append("""
            canary-controller: releases new versions a little at a time, watches their metrics, and promotes them or rolls them back.

            Usage:
              canary-controller run [options]
              canary-controller --help | --version

            Options (the environment variable stands in where the option is not given):

            """);
        foreach (var option in All)
        {
            text.AppendLine().Append("  ").Append(option.Name).Append(' ').Append(option.Value).Append("   [").Append(option.Variable).Append(']');
            if (option.Default is { } value) text.Append(" default ").Append(value);
            text.AppendLine();
            text.Append("      ").AppendLine(option.Description);
        }

        text.AppendLine().AppendLine("Exit codes: 0 stopped as asked, 1 stopped by an error, 2 options that cannot be used (every one is named).");
        return text.ToString();
    }

    /// <summary>The option that is most like a word that is none.</summary>
    public static string? Nearest(string word) =>
        All.Select(option => option.Name).Where(name => EditDistance.Measure(name, word) <= 3).OrderBy(name => EditDistance.Measure(name, word)).FirstOrDefault();
}
