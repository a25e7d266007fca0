using System;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Configuration;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads;

/// <summary>Finds out who changed the template of stable's workload. It costs one request a change, and none while stable runs what it is
/// to run.</summary>
internal sealed class StableObserver(ApiClient client, ConfigurationView configuration)
{
    /// <summary>Our own name: what was promoted is no change of somebody else.</summary>
    private const string Ours = "canary";

    private const string RestartedAt = "kubectl.kubernetes.io/restartedAt";

    /// <summary>The observation with what is known of the change, where there is one.</summary>
    public async Task<SideObservation> ObserveAsync(RolloutStatus status, RevisionScheme? scheme, SideObjects first, SideObservation stable,
        SideObjects second, CancellationToken cancel)
    {
        if (scheme is null || status.ExpectedStableRevision is not { } expected || stable.Revision is not { } runs || runs == expected)
            return stable;
        if (IsRestarted(first, second, scheme)) return stable with { IsRestarted = true };
        if (status.StableChange is { By.Length: > 0 } known && known.Revision == runs) return stable;
        try
        {
            // The caches leave managedFields out: they are longer than the rest.
            return await client.FindAsync(KnownKinds.Deployments, ObjectName.Of(first.Deployment!), cancel) is { } live
                && FindEditor(live) is { } editor
                ? stable with { ChangedBy = editor.By, ChangedAt = editor.At }
                : stable;
        }
        catch (ApiException)
        {
            // That it was changed is said all the same.
            return stable;
        }
    }

    /// <summary>The field manager that changed the pod template last, other than Canary; null: none has.</summary>
    internal static (string By, DateTimeOffset? At)? FindEditor(JsonObject deployment) =>
        Json.Objects(deployment, "metadata", "managedFields")
        .Where(entry => Json.Object(entry, "fieldsV1", "f:spec", "f:template") is not null
            && Json.Text(entry, "manager") is not null and not Ours)
        .Select(entry => (By: $"{Json.Text(entry, "manager")} ({Json.Text(entry, "operation")})", At: Time(entry)))
        .OrderByDescending(entry => entry.At ?? DateTimeOffset.MinValue)
        .Select(entry => ((string, DateTimeOffset?)?)entry)
        .FirstOrDefault();

    private static DateTimeOffset? Time(JsonObject entry) =>
        DateTimeOffset.TryParse(Json.Text(entry, "time"), CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private bool IsRestarted(SideObjects first, SideObjects second, RevisionScheme scheme) =>
        second.Deployment is not null
        && TemplateHash.Compute(Unrestarted(first), scheme, Side.NamedStable, configuration)
            == TemplateHash.Compute(Unrestarted(second), scheme, Side.NamedCanary, configuration);

    private static JsonObject Unrestarted(SideObjects side)
    {
        var template = (JsonObject?)Json.Object(side.Deployment, "spec", "template")?.DeepClone() ?? [];
        Json.Object(template, "metadata", "annotations")?.Remove(RestartedAt);
        return template;
    }
}
