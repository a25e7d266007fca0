using System;
using k8s.Models;

namespace Canary.Kubernetes.Stores;

/// <summary>An Event of this controller, which <c>kubectl describe</c> shows.</summary>
internal static class ControllerEvent
{
    private const string Component = "canary-controller";

    /// <summary>Makes one in the namespace of what it is about.</summary>
    public static Corev1Event Make(
        string name, V1ObjectReference about, string reason, string message, bool isWarning, string identity, DateTimeOffset now)
    {
        // Events hold whole seconds.
        var at = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()).UtcDateTime;
        return new Corev1Event
        {
            ApiVersion = "v1",
            Kind = "Event",
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = about.NamespaceProperty },
            InvolvedObject = about,
            Reason = reason,
            Message = message,
            Type = isWarning ? "Warning" : "Normal",
            Source = new V1EventSource { Component = Component },
            ReportingComponent = Component,
            ReportingInstance = identity,
            FirstTimestamp = at,
            LastTimestamp = at,
            Count = 1,
        };
    }
}
