using System.Collections.Generic;
using System.Text;

namespace Canary.Controller.Options;

/// <summary>Every option, with its default and its line of help.</summary>
internal static class OptionTable
{
    public static readonly OptionDefinition KubeConfig = new(
        "--kubeconfig", "FILE", null,
        "Kubeconfig to use. Without it: $KUBECONFIG, ~/.kube/config, in a pod its service account.");
    public static readonly OptionDefinition Entry = new(
        "--context", "NAME", null,
        "Context of the kubeconfig. Without it: its current-context.");
    public static readonly OptionDefinition Namespace = new("--namespace", "NAME", null, "The only namespace to watch. Without it: all.");
    public static readonly OptionDefinition Prometheus = new(
        "--prometheus", "URL", null,
        "Prometheus for templates that name no address, for example http://prometheus.monitoring:9090.");
    public static readonly OptionDefinition TemplateAddresses = new(
        "--template-addresses", "LIST", "*",
        "Servers for templates: *, hosts, .domains, IP addresses and networks, with commas. See docs/security.md for what * leaves out.");

    public static readonly OptionDefinition MetricsAddress = new(
        "--metrics-address", "ADDRESS:PORT", "0.0.0.0:8080",
        "Address of /metrics, /healthz, /readyz and /hooks/alertmanager. Port 0 takes a free port and logs it.");
    public static readonly OptionDefinition LeaseNamespace = new(
        "--lease-namespace", "NAME", null,
        "Namespace of the leader election's Lease. Without it: the pod's, or that of the kubeconfig's context.");
    public static readonly OptionDefinition LeaseName = new(
        "--lease-name", "NAME", "canary-controller",
        "Name of the leader election's Lease.");
    public static readonly OptionDefinition Identity = new(
        "--identity", "NAME", null,
        "Holder of the Lease, unique to this process. Without it: the host name and a random part.");
    public static readonly OptionDefinition LogFormat = new(
        "--log-format", "json|text", "text",
        "Format of the log on standard error; json is an object a line with Timestamp, Level, RenderedMessage, Properties.");
    public static readonly OptionDefinition LogLevel = new(
        "--log-level", "LEVEL", "information",
        "Lowest level that is written: trace, debug, information, warning, error.");
    public static readonly OptionDefinition Workers = new("--workers", "NUMBER", "16", "Rollouts evaluated at the same time, 1 to 256.");

    public static readonly OptionDefinition AlertTokenFile = new(
        "--alert-token-file", "FILE", null,
        "File with the bearer token that Alertmanager sends to /hooks/alertmanager; read anew at each request. Without it: no webhook.");
    public static readonly OptionDefinition Alertmanager = new(
        "--alertmanager", "URL", null,
        "Alertmanager to poll for firing alerts, for example http://alertmanager.monitoring:9093. Silenced alerts do not count.");
    public static readonly OptionDefinition AlertsFromPrometheus = new(
        "--alerts-from-prometheus", "true|false", null,
        "Whether --prometheus is polled for firing alerts. It knows no silences. Without it: true, or false with --alertmanager.");
    public static readonly OptionDefinition AlertPollInterval = new(
        "--alert-poll-interval", "DURATION", "15s",
        "Time between two polls for firing alerts, 1s to 10m. Polled only while a rollout with alert rules is active.");

    public static readonly IReadOnlyList<OptionDefinition> All =
    [
        KubeConfig, Entry, Namespace, Prometheus, TemplateAddresses, MetricsAddress, LeaseNamespace, LeaseName, Identity, LogFormat,
        LogLevel, Workers, AlertTokenFile, Alertmanager, AlertsFromPrometheus, AlertPollInterval,
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
            text.AppendLine().Append($"  {option.Name} {option.Value}   [{option.Variable}]");
            if (option.Default is { } value) text.Append(" default ").Append(value);
            text.AppendLine();
            text.Append("      ").AppendLine(option.Description);
        }

        text.AppendLine()
            .AppendLine("Exit codes: 0 stopped as asked, 1 stopped by an error, 2 options that cannot be used (every one is named).");
        return text.ToString();
    }
}
