using System;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary><c>spec.workload</c>, and the sides that follow from it.</summary>
internal static class CopiedWorkloadMapping
{
    private const string ScaleDownDelay = "scaleDownDelay";

    /// <summary>The one workload; null: the sides are named in <c>spec.traffic</c>.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="canary">Its strategy.</param>
    public static CopiedWorkload? Read(FieldReader spec, FieldReader canary)
    {
        if (!spec.Has("workload"))
        {
            if (canary.Has(ScaleDownDelay))
                canary.Fail(ScaleDownDelay, "it needs spec.workload: Canary does not scale workloads that the sides name; remove it");
            return null;
        }

        var workload = spec.Child("workload");
        var read = new CopiedWorkload(
            new WorkloadReference(workload.Text("kind") ?? "Deployment",
                workload.RequiredText("name", "the name of a Deployment is needed")),
            workload.Text("service"))
        {
            AntiAffinity = workload.Name<SideAntiAffinity>("antiAffinity") ?? SideAntiAffinity.None,
            PinsImages = workload.Flag("pinImages", false),
        };
        var delay = canary.Duration(ScaleDownDelay) ?? CopiedWorkload.DefaultScaleDownDelay;
        if (delay >= TimeSpan.Zero && delay <= CopiedWorkload.LongestScaleDownDelay) return read with { ScaleDownDelay = delay };
        canary.Fail(ScaleDownDelay,
            $"it is {GoDuration.Format(delay)}; from 0s to {GoDuration.Format(CopiedWorkload.LongestScaleDownDelay)}");
        return read;
    }

    /// <summary>A side: its Service may have another name; the rest follows from the workload.</summary>
    public static SideSpec ReadSide(FieldReader traffic, string name, CopiedWorkload workload)
    {
        var side = traffic.Child(name);
        foreach (var field in new[] { "subset", "workload" })
        {
            if (side.IsPresent && side.Has(field))
                side.Fail(field, "spec.workload is given, and both sides follow from it; remove it");
        }

        var isStable = name == "stable";
        var suffix = isStable ? CopiedWorkload.StableSuffix : CopiedWorkload.CanarySuffix;
        var service = side.IsPresent && side.Has("service") ? side.RequiredText("service", "the name of a Service is needed")
            : workload.ClientService + suffix;
        return new SideSpec(service, null,
            isStable ? workload.Reference with { Name = workload.CopyName } : workload.Reference);
    }

    public static JsonObject Write(CopiedWorkload workload, JsonObject canary)
    {
        if (workload.ScaleDownDelay != CopiedWorkload.DefaultScaleDownDelay)
            canary.PutDuration(ScaleDownDelay, workload.ScaleDownDelay);
        return new JsonObject { ["kind"] = workload.Reference.Kind, ["name"] = workload.Reference.Name }.Put("service", workload.Service)
            .Put("antiAffinity", workload.AntiAffinity switch
            {
                SideAntiAffinity.None => null,
                SideAntiAffinity.Preferred => "preferred",
                SideAntiAffinity.Required => "required",
            })
            .PutFlag("pinImages", workload.PinsImages);
    }

    /// <summary>The set; null: the workload is of another kind, or there is none.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="canary">Its strategy.</param>
    public static SetWorkload? ReadSet(FieldReader spec, FieldReader canary)
    {
        if (!spec.Has("workload")) return null;
        var workload = spec.Child("workload");
        if (workload.Text("kind") is not { } kind || !SetWorkload.IsOne(kind)) return null;
        if (canary.Has("scaleDownDelay"))
            canary.Fail("scaleDownDelay", $"it needs spec.workload of kind Deployment: Canary does not scale a {kind}; remove it");
        if (workload.Text("antiAffinity") is not (null or "none"))
            workload.Fail("antiAffinity", $"it needs kind Deployment: Canary does not write the template of a {kind}; remove it");
        if (workload.Flag("pinImages", false))
            workload.Fail("pinImages", $"it needs kind Deployment: Canary does not write the template of a {kind}; remove it");
        return new SetWorkload(
            new WorkloadReference(kind, workload.RequiredText("name", $"the name of a {kind} is needed")),
            workload.Text("service"));
    }

    /// <summary>A side: a Service of its own, whose name may be another one, or a subset of the Service that clients call.</summary>
    public static SideSpec ReadSide(FieldReader traffic, string name, SetWorkload set)
    {
        var side = traffic.Child(name);
        if (!side.IsPresent) return new SideSpec(set.SideService(isStable: name == "stable"), null, null);
        if (side.Has("workload")) side.Fail("workload", "spec.workload is given, and both sides follow from it; remove it");
        var subset = side.Text("subset");
        var service = side.Has("service") ? side.RequiredText("service", "the name of a Service is needed")
            : subset is not null ? set.ClientService : set.SideService(isStable: name == "stable");
        return new SideSpec(service, subset, null);
    }

    public static JsonObject Write(SetWorkload set) =>
        new JsonObject { ["kind"] = set.Reference.Kind, ["name"] = set.Reference.Name }.Put("service", set.Service);
}
