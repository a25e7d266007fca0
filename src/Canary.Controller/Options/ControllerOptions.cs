using System;
using System.Net;
using Canary.Http;
using Microsoft.Extensions.Logging;

namespace Canary.Controller.Options;

/// <summary>
/// What the controller was started with. Read and checked once, by <see cref="OptionReader"/>; the defaults stand in
/// <see cref="OptionTable"/>.
/// </summary>
/// <param name="KubeConfigPath">Null: as kubectl finds it, in a pod its service account.</param>
/// <param name="KubeConfigEntry">The context of the kubeconfig; null: its current one.</param>
/// <param name="Namespace">The one namespace that is watched; null: all.</param>
/// <param name="Prometheus">Where queries go that name no address; null: they must name one.</param>
/// <param name="MetricsAddress">Where <c>/metrics</c>, <c>/healthz</c> and <c>/readyz</c> are served.</param>
/// <param name="LeaseNamespace">Namespace of the Lease; null: that of the pod or the kubeconfig's context.</param>
/// <param name="LeaseName">Name of the Lease.</param>
/// <param name="Identity">Who holds the Lease; null: the host's name and something unique.</param>
/// <param name="LogFormat">Text or JSON.</param>
/// <param name="LogLevel">The least level that is written.</param>
/// <param name="Workers">Passes at a time, 1 to 256.</param>
public sealed record ControllerOptions(
    string? KubeConfigPath,
    string? KubeConfigEntry,
    string? Namespace,
    Uri? Prometheus,
    IPEndPoint MetricsAddress,
    string? LeaseNamespace,
    string LeaseName,
    string? Identity,
    LogFormat LogFormat,
    LogLevel LogLevel,
    int Workers)
{
    /// <summary>
    /// Which addresses templates may name. <see cref="Prometheus"/> and <see cref="Alertmanager"/> are the operator's own and always asked.
    /// </summary>
    public AddressRules TemplateAddresses { get; init; } = AddressRules.Default;

    /// <summary>
    /// A file whose content Alertmanager must send as bearer token, read anew at each request; null: its webhook is not served.
    /// </summary>
    public string? AlertTokenFile { get; init; }

    /// <summary>The Alertmanager that is asked which alerts fire; null: none is.</summary>
    public Uri? Alertmanager { get; init; }

    /// <summary>
    /// Whether <see cref="Prometheus"/> is asked which alerts fire. It knows of no silences: where <see cref="Alertmanager"/> is asked, not
    /// unless it is said.
    /// </summary>
    public bool AsksPrometheusForAlerts { get; init; } = true;

    /// <summary>Time between two questions, while a rollout with alert rules is under way.</summary>
    public TimeSpan AlertPollInterval { get; init; } = TimeSpan.FromSeconds(15);
}
