using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;

namespace Canary.Engine.Ports;

/// <summary>Says which alerts fire, whenever it is asked.</summary>
public interface IAlertSource
{
    /// <summary>For messages: <c>Alertmanager at http://alertmanager:9093</c>.</summary>
    string Name { get; }

    /// <summary>It knows of every alert that a webhook may tell of: what it does not name does not fire.</summary>
    bool IsComplete { get; }

    /// <summary>The alerts that fire now and that a rule matches. Every outcome is a value; only cancellation throws.</summary>
    Task<AlertReading> ReadAsync(EquatableArray<AlertRule> rules, CancellationToken cancel);
}
