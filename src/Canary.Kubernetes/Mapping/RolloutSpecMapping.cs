using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Red;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Rules;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Kubernetes.Groups;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping.Strategies;
using Canary.Kubernetes.Traffic;
using Canary.Kubernetes.Traffic.Registry;

namespace Canary.Kubernetes.Mapping;

/// <summary>The spec of a Rollout.</summary>
public static class RolloutSpecMapping
{
    /// <summary>The spec, or all that is wrong with it. Exactly one of the two.</summary>
    public static (RolloutSpec? Spec, EquatableArray<SpecError> Errors) Read(JsonNode? spec)
    {
        var errors = new List<SpecError>();
        var reader = new FieldReader(spec, "spec", errors);
        if (!reader.IsPresent) return (null, [new SpecError("spec", "it is missing; traffic and strategy are needed")]);
        var read = ReadFields(reader);
        // The rules speak of a spec that could be read: with a hole in it they would speak of the hole.
        if (errors.Count == 0) errors.AddRange(RolloutRules.Check(read));
        if (errors.Count == 0 && read is { Set: not null, Traffic.NamedStable.Subset: not null })
            errors.AddRange(RouterRegistry.Of(read.Traffic.Router).CheckOwnSubsets(read.Traffic));
        return errors.Count == 0 ? (read, []) : (null, errors.ToEquatableArray());
    }

    /// <summary>
    /// The spec in force, as it stands in the status. It was accepted once, perhaps by a version with other rules, and a person may have
    /// edited it: what cannot be read of it has a harmless value, since a rollout whose spec in force is gone could not even be aborted.
    /// Null: the sides and the routes themselves cannot be read.
    /// </summary>
    public static RolloutSpec? ReadAccepted(JsonNode? spec)
    {
        var errors = new List<SpecError>();
        var reader = new FieldReader(spec, "spec", errors);
        if (!reader.IsPresent) return null;
        var read = ReadFields(reader);
        if (errors.Any(error => error.Path.StartsWith("spec.traffic", System.StringComparison.Ordinal))
            || !read.Traffic.Router.HasRoutes) return null;
        var last = System.Math.Max(0, read.Steps.Count - 1);
        return read with
        {
            Analysis = read.Analysis is { } background
            ? background with { StartingStep = System.Math.Clamp(background.StartingStep, 0, last) } : null,
            ProgressDeadline = read.ProgressDeadline > System.TimeSpan.Zero ? read.ProgressDeadline : RolloutSpec.DefaultProgressDeadline,
            UnreadyLimit = System.Math.Clamp(read.UnreadyLimit, 1, RolloutSpec.MostUnreadyLimit),
            Alpha = read.Alpha is > 0 and < 1 ? read.Alpha : Comparison.DefaultAlpha,
            Alerts = [.. read.Alerts.Where(rule => rule.MatchLabels.Count > 0
                && rule.MatchLabels.All(label => PromQlText.IsLabelName(label.Name)))],
        };
    }

    private static RolloutSpec ReadFields(FieldReader reader)
    {
        var strategy = reader.Child("strategy");
        var (test, blueGreen) = (TestStrategyMapping.Read(strategy), strategy.Child(BlueGreenMapping.Key));
        var isBlueGreen = blueGreen.IsPresent;
        var canary = strategy.Child(test?.Field ?? "canary");
        var chosen = isBlueGreen ? blueGreen : canary;
        var set = CopiedWorkloadMapping.ReadSet(reader, canary);
        var workload = set is null ? CopiedWorkloadMapping.Read(reader, canary) : null;
        var traffic = BlueGreenMapping.ReadServices(blueGreen, reader, ReadTraffic(reader, workload, set), workload);
        var switching = BlueGreenMapping.Read(blueGreen, workload);
        string[] strategies = ["canary", BlueGreenMapping.Key, .. TestStrategyMapping.Fields];
        string[] given = [.. strategies.Where(strategy.Has)];
        if (!strategy.IsPresent) reader.Fail("strategy", "it is missing; strategy.canary is needed");
        else if (given.Length != 1)
            strategy.Fail("", $"it has {(given.Length == 0 ? "none" : string.Join(" and ", given))}; exactly one of "
                + $"{string.Join(", ", strategies[..^1])} and {strategies[^1]} is needed");
        return new RolloutSpec(
            traffic,
            reader.Text("revision"),
            switching?.Steps() ?? test?.Steps() ?? StepMapping.Read(canary, ReadStep),
            ReadBackground(canary.Child("analysis")),
            reader.Duration("progressDeadline") ?? RolloutSpec.DefaultProgressDeadline,
            reader.Flag("paused", false))
        {
            Workload = workload,
            Test = isBlueGreen ? null : test,
            BlueGreen = switching,
            DependsOn = GroupMapping.ReadDependencies(reader),
            Group = GroupMapping.ReadGroup(reader.Child("group")),
            Set = set,
            SkipsAnalysis = reader.Flag("skipAnalysis", false),
            RollbackWindow = reader.Child("rollbackWindow").Int("revisions"),
            Alpha = canary.Child("analysis").Number("alpha") ?? Comparison.DefaultAlpha,
            OnTrafficMismatch = canary.Child("analysis").Name<TrafficMismatchAction>("onTrafficMismatch") ?? TrafficMismatchAction.Report,
            PreAnalysis = ReadPlaced(chosen, isBlueGreen ? BlueGreenMapping.PreAnalysis : "preAnalysis"),
            PostAnalysis = ReadPlaced(chosen, isBlueGreen ? BlueGreenMapping.PostAnalysis : "postAnalysis"),
            Alerts = reader.Items("alerts").Select(AlertRuleMapping.Read).ToEquatableArray(),
            IsStableScaled = chosen.Flag("dynamicStableScale", false),
            UnreadyLimit = chosen.Int("unreadyLimit") ?? RolloutSpec.DefaultUnreadyLimit,
            Capacity = chosen.Child("capacity").Name<CapacityPolicy>("policy") ?? CapacityPolicy.Require,
            ReadyThresholds = new ReadyThresholds(
                chosen.Child("capacity").Int("stableReadyThreshold") ?? ReadyThresholds.All,
                chosen.Child("capacity").Int("canaryReadyThreshold") ?? ReadyThresholds.All),
        };
    }

    /// <summary>The JSON of a spec, from which <see cref="Read"/> makes an equal one.</summary>
    public static JsonObject Write(RolloutSpec spec)
    {
        var canary = spec switch
        {
            { BlueGreen: { } blueGreen } => BlueGreenMapping.Write(blueGreen),
            { Test: { } test } => TestStrategyMapping.Write(test),
            _ => new JsonObject().PutList("steps", spec.Steps, WriteStep),
        };
        if (spec.Analysis is { } background)
            canary["analysis"] = WriteAnalysis(background.Analysis).Put("startingStep", spec.Test is null ? background.StartingStep : null);
        if (spec.Alpha != Comparison.DefaultAlpha) (canary["analysis"] ??= new JsonObject()).AsObject()["alpha"] = spec.Alpha;
        if (spec.OnTrafficMismatch != TrafficMismatchAction.Report)
            (canary["analysis"] ??= new JsonObject()).AsObject()["onTrafficMismatch"] =
                FieldReader.Camel(spec.OnTrafficMismatch.ToString());
        var (before, after) = spec.BlueGreen is null ? ("preAnalysis", "postAnalysis")
            : (BlueGreenMapping.PreAnalysis, BlueGreenMapping.PostAnalysis);
        canary.Put(before, spec.PreAnalysis is { } pre ? WriteAnalysis(pre) : null)
            .Put(after, spec.PostAnalysis is { } post ? WriteAnalysis(post) : null);
        canary.Put("capacity", WriteCapacity(spec));
        canary.PutFlag("dynamicStableScale", spec.IsStableScaled);
        if (spec.UnreadyLimit != RolloutSpec.DefaultUnreadyLimit) canary["unreadyLimit"] = spec.UnreadyLimit;
        return new JsonObject { ["traffic"] = WriteTraffic(spec) }
            .Put("workload", spec.Workload is { } workload ? CopiedWorkloadMapping.Write(workload, canary)
                : spec.Set is { } set ? CopiedWorkloadMapping.Write(set) : null)
            .Put("revision", spec.Revision)
            .Put("strategy", new JsonObject { [spec.BlueGreen is not null ? BlueGreenMapping.Key : spec.Test?.Field ?? "canary"] = canary })
            .PutList("dependsOn", spec.DependsOn, GroupMapping.Write)
            .Put("group", GroupMapping.Write(spec.Group))
            .PutFlag("skipAnalysis", spec.SkipsAnalysis)
            .Put("rollbackWindow", spec.RollbackWindow is { } window ? new JsonObject { ["revisions"] = window } : null)
            .PutList("alerts", spec.Alerts, AlertRuleMapping.Write)
            .PutDuration("progressDeadline", spec.ProgressDeadline)
            .Put("paused", spec.IsPaused);
    }

    private static JsonObject? WriteCapacity(RolloutSpec spec)
    {
        var capacity = new JsonObject();
        if (spec.Capacity != CapacityPolicy.Require) capacity["policy"] = spec.Capacity.ToString();
        if (spec.ReadyThresholds.Stable != ReadyThresholds.All) capacity["stableReadyThreshold"] = spec.ReadyThresholds.Stable;
        if (spec.ReadyThresholds.Canary != ReadyThresholds.All) capacity["canaryReadyThreshold"] = spec.ReadyThresholds.Canary;
        return capacity.Count > 0 ? capacity : null;
    }

    private static TrafficSpec ReadTraffic(FieldReader spec, CopiedWorkload? workload, SetWorkload? set)
    {
        var traffic = spec.Child("traffic");
        if (!traffic.IsPresent && !spec.Has("traffic")) spec.Fail("traffic", "it is missing; stable, canary and a router are needed");
        if (set is not null)
            return new TrafficSpec(CopiedWorkloadMapping.ReadSide(traffic, "stable", set),
                CopiedWorkloadMapping.ReadSide(traffic, "canary", set), ReadRouter(traffic));
        return workload is null
            ? new TrafficSpec(ReadSide(traffic, "stable"), ReadSide(traffic, "canary"), ReadRouter(traffic))
            : new TrafficSpec(CopiedWorkloadMapping.ReadSide(traffic, "stable", workload),
                CopiedWorkloadMapping.ReadSide(traffic, "canary", workload), ReadRouter(traffic));
    }

    private static RouterSpec ReadRouter(FieldReader traffic)
    {
        RouterDescriptor[] named = [.. RouterRegistry.All.Where(router => traffic.Has(router.Key))];
        string[] known = [.. RouterRegistry.All.Select(router => router.Key)];
        string[] unknown = [.. traffic.Keys.Except(["stable", "canary", .. known])];
        foreach (var key in unknown)
            traffic.Fail(key, $"there is no router of this name; this version has {string.Join(", ", known)}");
        if (traffic.IsPresent && named.Length == 0 && unknown.Length == 0)
            traffic.Fail(known[0], $"it is missing; exactly one router is needed, and this version has {string.Join(", ", known)}");
        else if (named.Length > 1)
            traffic.Fail("", $"it has {string.Join(" and ", named.Select(router => router.Key))}; exactly one router is allowed");
        return named is [var one] ? one.Read(traffic.Child(one.Key)) : new NoRouter();
    }

    private static SideSpec ReadSide(FieldReader traffic, string name)
    {
        var side = traffic.Child(name);
        if (traffic.IsPresent && !traffic.Has(name)) traffic.Fail(name, "it is missing; both sides are needed, each with its service");
        if (!side.IsPresent) return new SideSpec("", null, null);
        var workload = side.Child("workload");
        return new SideSpec(
            side.RequiredText("service", "the name of a Service is needed"),
            side.Text("subset"),
            workload.IsPresent
            ? new WorkloadReference(workload.Text("kind")
                ?? "Deployment", workload.RequiredText("name", "the name of a Deployment is needed")) : null);
    }

    private static Step ReadStep(FieldReader step)
    {
        string[] known = ["setWeight", "pause", "analysis", "setCanaryScale", "setHeaderRoute", "setMirrorRoute"];
        string[] kinds = [.. known.Where(step.Has)];
        switch (kinds)
        {
            case ["setWeight"]:
                return new Step.SetWeight(step.Percent("setWeight") ?? Weight.Zero);
            case ["pause"]:
                return new Step.Pause(step.Child("pause").Duration("duration"));
            case ["setCanaryScale"]:
                return StepMapping.ReadScale(step);
            case ["setHeaderRoute"]:
                return new Step.SetHeaderRoute(ManagedRouteMapping.ReadHeader(step.Child("setHeaderRoute")));
            case ["setMirrorRoute"]:
                return new Step.SetMirrorRoute(ManagedRouteMapping.ReadMirror(step.Child("setMirrorRoute")));
            case ["analysis"]:
                return new Step.Analyze(ReadAnalysis(step.Child("analysis")));
            default:
                if (step.IsPresent)
                    step.Fail("",
                        $"it has {(kinds.Length == 0 ? "none" : string.Join(" and ", kinds))}; exactly one of "
                            + $"{string.Join(", ", known[..^1])} and {known[^1]} is allowed");
                return new Step.Pause(null);
        }
    }

    // alpha and onTrafficMismatch are the whole rollout's: they may stand there although nothing runs in the background.
    private static BackgroundAnalysis? ReadBackground(FieldReader analysis)
    {
        if (!analysis.IsPresent) return null;
        if (!analysis.Has("templates"))
        {
            if (analysis.Has("alpha") || analysis.Has("onTrafficMismatch"))
            {
                RefuseWithoutTemplates(analysis);
                return null;
            }

            analysis.Fail("templates", "it is missing; name at least one template");
        }

        return new BackgroundAnalysis(ReadAnalysis(analysis), analysis.Int("startingStep") ?? 0);
    }

    private static void RefuseWithoutTemplates(FieldReader analysis)
    {
        string[] fields = ["args", "onFailed", "onInconclusive", "evidenceWithin", "onError", "dryRun", "measurementRetention"];
        var given = fields.Where(analysis.Has).ToList();
        // The API server writes startingStep: 0 where there is none.
        if (analysis.Int("startingStep") is not (null or 0)) given.Add("startingStep");
        foreach (var field in given)
            analysis.Fail(field, "it needs templates, since nothing runs in the background without them; name at least one template, or "
                + "remove the field");
    }

    private static AnalysisReference? ReadPlaced(FieldReader strategy, string field) =>
        strategy.Has(field) ? ReadAnalysis(strategy.Child(field)) : null;

    private static AnalysisReference ReadAnalysis(FieldReader analysis) => new(
        TemplateMapping.ReadReferences(analysis), analysis.Items("args").Select(ArgumentMapping.ReadGiven).ToEquatableArray())
    {
        Policy = new VerdictPolicy(
            analysis.Name<FailedAction>("onFailed") ?? VerdictPolicy.Default.OnFailed,
            analysis.Name<InconclusiveAction>("onInconclusive") ?? VerdictPolicy.Default.OnInconclusive,
            analysis.Name<ErrorAction>("onError") ?? VerdictPolicy.Default.OnError)
        {
            EvidenceWithin = ReadEvidenceWithin(analysis),
        },
        DryRun = TemplateMapping.ReadDryRun(analysis),
        Retention = TemplateMapping.ReadRetention(analysis),
    };

    private static TimeSpan ReadEvidenceWithin(FieldReader analysis)
    {
        var within = analysis.Duration("evidenceWithin") ?? VerdictPolicy.DefaultEvidenceWithin;
        if (within >= TimeSpan.Zero && within <= VerdictPolicy.LongestEvidenceWithin) return within;
        analysis.Fail("evidenceWithin",
            $"it is {GoDuration.Format(within)}; from 0s (onInconclusive decides at once) to {GoDuration.Format(VerdictPolicy.LongestEvidenceWithin)}");
        return VerdictPolicy.DefaultEvidenceWithin;
    }

    private static JsonObject WriteTraffic(RolloutSpec spec) => new()
    {
        ["stable"] = WriteSide(spec.Traffic.NamedStable, spec.IsOfOneWorkload),
        ["canary"] = WriteSide(spec.Traffic.NamedCanary, spec.IsOfOneWorkload),
        [spec.Traffic.Router.Key] = RouterRegistry.Of(spec.Traffic.Router).Write(spec.Traffic.Router),
    };

    private static JsonObject WriteSide(SideSpec side, bool isOfOneWorkload) => new JsonObject { ["service"] = side.Service }
        .Put("subset", side.Subset)
        .Put("workload", !isOfOneWorkload && side.Workload is { } workload
            ? new JsonObject { ["kind"] = workload.Kind, ["name"] = workload.Name } : null);

    private static JsonNode WriteStep(Step step) => step switch
    {
        Step.SetWeight { Weight: var weight } => new JsonObject { ["setWeight"] = weight.Percent },
        Step.Pause { Duration: var length } => new JsonObject { ["pause"] = new JsonObject().PutDuration("duration", length) },
        Step.SetCanaryScale { Scale: var scale } => StepMapping.WriteScale(scale),
        Step.SetHeaderRoute { Route: var route } => new JsonObject { ["setHeaderRoute"] = ManagedRouteMapping.WriteHeader(route) },
        Step.SetMirrorRoute { Route: var route } => new JsonObject { ["setMirrorRoute"] = ManagedRouteMapping.WriteMirror(route) },
        Step.Analyze { Analysis: var analysis } => new JsonObject { ["analysis"] = WriteAnalysis(analysis) },
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static JsonObject WriteAnalysis(AnalysisReference analysis)
    {
        var written = new JsonObject()
            .PutList("templates", analysis.Templates,
                one => new JsonObject { ["templateName"] = one.TemplateName }.PutFlag("clusterScope", one.IsClusterScoped))
            .PutList("args", analysis.Arguments, ArgumentMapping.Write);
        if (analysis.Policy != VerdictPolicy.Default)
        {
            written.Put("onFailed", FieldReader.Camel(analysis.Policy.OnFailed.ToString()))
                .Put("onInconclusive", FieldReader.Camel(analysis.Policy.OnInconclusive.ToString()))
                .Put("onError", FieldReader.Camel(analysis.Policy.OnError.ToString()));
            if (analysis.Policy.EvidenceWithin != VerdictPolicy.DefaultEvidenceWithin)
                written.PutDuration("evidenceWithin", analysis.Policy.EvidenceWithin);
        }

        return written
            .PutList("dryRun", analysis.DryRun, one => new JsonObject { ["metricName"] = one })
            .PutList("measurementRetention", analysis.Retention,
                one => new JsonObject { ["metricName"] = one.MetricName, ["limit"] = one.Limit });
    }

    // Of a spec that is refused, since it names no router, or several.
    private sealed record NoRouter : RouterSpec
    {
        public override string Key => "";

        public override bool HasRoutes => false;

        public override IEnumerable<SpecError> Check() => [];
    }
}
