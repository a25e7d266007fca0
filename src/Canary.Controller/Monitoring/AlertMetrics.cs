using Canary.Engine.Alerts;
using Prometheus;

namespace Canary.Controller.Monitoring;

/// <summary>How old is what is known of alerts, and how many fire that anybody waits for.</summary>
internal static class AlertMetrics
{
    public static void Register(CollectorRegistry registry, FiringAlerts alerts, AlertPolling polling)
    {
        var metrics = Metrics.WithCustomRegistry(registry);
        var ages = metrics.CreateGauge(
            "canary_alert_poll_age_seconds",
            "Time since the last good poll of a source of alerts, while a rollout with alert rules is active.",
            "source");
        var firing = metrics.CreateGauge("canary_alerts_firing", "Firing alerts that match a rule of an active rollout.");
        registry.AddBeforeCollectCallback(() =>
        {
            firing.Set(alerts.Matching(alerts.Rules).Count);
            foreach (var (source, age) in polling.Ages())
            {
                if (age is { } known) ages.WithLabels(source).Set(known.TotalSeconds);
                else ages.RemoveLabelled(source);
            }
        });
    }
}
