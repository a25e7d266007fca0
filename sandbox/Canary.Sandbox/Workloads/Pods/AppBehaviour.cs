using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Workloads.Pods;

/// <summary>How the service in a pod behaves, as the environment of its first container says.</summary>
/// <param name="Version">VERSION. Default the tag of the image.</param>
/// <param name="ErrorRate">ERROR_RATE: share of requests that fail, 0 to 1. Default 0.</param>
/// <param name="ErrorStatus">ERROR_STATUS: status of those. Default 500.</param>
/// <param name="Latency">LATENCY: median time to answer. Default 8ms.</param>
/// <param name="Jitter">LATENCY_JITTER: spread around it, as a share of it. Default 0.25.</param>
/// <param name="StartDelay">START_DELAY: time from the start of the container to ready. Default 700ms.</param>
/// <param name="DrainDelay">DRAIN_DELAY: time that the container serves on when its pod is deleted, at most until the end of the grace
/// period. Default 0: the pod goes at once.</param>
/// <param name="CrashAfter">CRASH_AFTER: time from each start of the container until it exits with code 1. Default never, and 0 where the
/// tag of the image is <c>crashing</c>.</param>
internal sealed record AppBehaviour(string Version, double ErrorRate, int ErrorStatus, TimeSpan Latency, double Jitter, TimeSpan StartDelay,
    TimeSpan DrainDelay, TimeSpan? CrashAfter)
{
    private const string CrashingTag = "crashing";

    /// <summary>Reads the template of a pod; what cannot be read is said, and the pod does not start.</summary>
    public static (AppBehaviour? Behaviour, string? Problem) Read(JsonObject pod)
    {
        var container = pod.ItemsAt("spec", "containers").FirstOrDefault();
        var environment = new Dictionary<string, string>();
        foreach (var variable in container.ItemsAt("env"))
        {
            if (variable.TextAt("name") is { } name && variable.TextAt("value") is { } value) environment[name] = value;
        }

        var errorRate = Share(environment, "ERROR_RATE", 0, 1);
        var jitter = Share(environment, "LATENCY_JITTER", 0.25, 1);
        var latency = Length(environment, "LATENCY", TimeSpan.FromMilliseconds(8));
        var start = Length(environment, "START_DELAY", TimeSpan.FromMilliseconds(700));
        var drain = Length(environment, "DRAIN_DELAY", TimeSpan.Zero);
        var crash = Length(environment, "CRASH_AFTER", TagOf(container.TextAt("image")) == CrashingTag ? TimeSpan.Zero
            : Timeout.InfiniteTimeSpan);
        var status = int.TryParse(environment.GetValueOrDefault("ERROR_STATUS") ?? "500", CultureInfo.InvariantCulture, out var number)
            && number is >= 400 and <= 599 ? number : 0;
        if (errorRate is null) return (null, Bad("ERROR_RATE", environment, "a share from 0 to 1"));
        if (jitter is null) return (null, Bad("LATENCY_JITTER", environment, "a share from 0 to 1"));
        if (latency is null) return (null, Bad("LATENCY", environment, "a length of time such as 80ms"));
        if (start is null) return (null, Bad("START_DELAY", environment, "a length of time such as 2s"));
        if (drain is null) return (null, Bad("DRAIN_DELAY", environment, "a length of time such as 10s"));
        if (crash is null) return (null, Bad("CRASH_AFTER", environment, "a length of time such as 5s"));
        if (status == 0) return (null, Bad("ERROR_STATUS", environment, "a status from 400 to 599"));
        var version = environment.GetValueOrDefault("VERSION") ?? TagOf(container.TextAt("image"));
        return (new AppBehaviour(version, errorRate.Value, status, latency.Value, jitter.Value, start.Value, drain.Value,
            crash == Timeout.InfiniteTimeSpan ? null : crash), null);
    }

    /// <summary>The tag of an image, <c>latest</c> where it has none.</summary>
    public static string TagOf(string? image)
    {
        var last = (image ?? "").Split('@')[0].Split('/')[^1];
        return last.Split(':', 2) is [_, var tag] ? tag : "latest";
    }

    private static string Bad(string name, Dictionary<string, string> environment, string allowed) =>
        $"spec.containers[0].env {name}: found \"{environment.GetValueOrDefault(name)}\", allowed is {allowed}";

    private static double? Share(Dictionary<string, string> environment, string name, double otherwise, double most)
    {
        if (!environment.TryGetValue(name, out var text)) return otherwise;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share >= 0 && share <= most ? share
            : null;
    }

    private static TimeSpan? Length(Dictionary<string, string> environment, string name, TimeSpan otherwise)
    {
        if (!environment.TryGetValue(name, out var text)) return otherwise;
        return DocumentDuration.TryParse(text, out var length) ? length : null;
    }
}
