using System;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Templates;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Schemas;
using static Canary.Kubernetes.Schemas.Fields;

namespace Canary.Kubernetes.Metrics;

/// <summary>The fields of a metric, each declared once: as a template writes it, with arguments, and as a run holds it, resolved. One
/// shape; a run's durations and counts are no templates.</summary>
internal static class MetricFields
{
    internal static readonly Schema CompatibilitySchema = Choice(
        "Whose verdicts the metrics have: canary, or argo for those of Argo Rollouts on no data, on NaN and on several series, and its "
            + "time of the first measurement. Default canary.", "canary", "argo");

    private static readonly FieldTable<MetricTemplate, MetricSpec> Table = new(
        new(
            Required("name", RequiredText("Name of the metric, unique in its run.", 253)),
            (metric, field) => metric with { Name = field.RequiredText("the name of the metric is needed") },
            (metric, field) => metric with
            {
                Name = field.Short(253) is null ? "" : field.RequiredText("the name of the metric is needed"),
            },
            metric => metric.Name),
        new(
            Optional("interval", TemplateDuration("Time between measurements. Without it: one measurement.")),
            (metric, field) => metric with { Interval = field.TextOrNumber() },
            (metric, field) => metric with { Interval = field.Duration() is { } interval && interval > TimeSpan.Zero ? interval : null },
            metric => FieldValue.Of(metric.Interval)),
        new(
            Optional("count", TemplateCount("Number of measurements. Without it, and with an interval: until the rollout moves on.")),
            (metric, field) => metric with { Count = field.TextOrNumber() },
            (metric, field) => metric with { Count = field.Int(1) },
            metric => metric.Count),
        new(
            Optional("initialDelay", TemplateDuration("Time before the first measurement. Default 0.")),
            (metric, field) => metric with { InitialDelay = field.TextOrNumber() },
            (metric, field) => metric with { InitialDelay = field.Duration() ?? TimeSpan.Zero },
            metric => FieldValue.Of(metric.InitialDelay)),
        new(
            Optional("window", TemplateDuration("How far back one measurement looks. Default: the longest range in the query.")),
            (metric, field) => metric with { Window = field.TextOrNumber() },
            (metric, field) => metric with { Window = field.Duration() ?? TimeSpan.Zero },
            metric => FieldValue.Of(metric.Window)),
        new(
            Optional("successCondition", Text("Condition that makes a measurement Successful, such as result[0] >= 0.99.", 4096)),
            (metric, field) => metric with { SuccessCondition = field.Text() },
            (metric, field) => metric with { SuccessCondition = field.Text() },
            metric => metric.SuccessCondition),
        new(
            Optional("failureCondition", Text("Condition that makes a measurement Failed, such as result[0] < 0.95.", 4096)),
            (metric, field) => metric with { FailureCondition = field.Text() },
            (metric, field) => metric with { FailureCondition = field.Text() },
            metric => metric.FailureCondition),
        new(
            Optional("failureLimit", TemplateCount("Failed measurements that are allowed. The run fails at one more; -1: never. Default 0.")),
            (metric, field) => metric with { FailureLimit = field.TextOrNumber() },
            (metric, field) => metric with { FailureLimit = field.Int(-1) ?? 0 },
            metric => metric.FailureLimit),
        new(
            Optional("inconclusiveLimit",
                TemplateCount("Inconclusive measurements that are allowed. The run is inconclusive at one more. Default 0.")),
            (metric, field) => metric with { InconclusiveLimit = field.TextOrNumber() },
            (metric, field) => metric with { InconclusiveLimit = field.Int(-1) ?? 0 },
            metric => metric.InconclusiveLimit),
        new(
            Optional("consecutiveErrorLimit", TemplateCount(
                $"Errors in a row that are allowed. The rollout holds at one more. Default {MetricSpec.DefaultConsecutiveErrorLimit}.")),
            (metric, field) => metric with { ConsecutiveErrorLimit = field.TextOrNumber() },
            (metric, field) => metric with { ConsecutiveErrorLimit = field.Int(-1) ?? MetricSpec.DefaultConsecutiveErrorLimit },
            metric => metric.ConsecutiveErrorLimit),
        new(
            Optional("consecutiveSuccessLimit",
                TemplateCount("Good measurements in a row after which the metric ends as Successful; 0: it goes on. Default 0.")),
            (metric, field) => metric with { ConsecutiveSuccessLimit = field.TextOrNumber() },
            (metric, field) => metric with { ConsecutiveSuccessLimit = field.Int(-1) ?? 0 },
            metric => metric.ConsecutiveSuccessLimit > 0 ? metric.ConsecutiveSuccessLimit : null),
        new(
            Optional("errorBudget", TemplateDuration(
                $"How long queries may fail without a break before onError decides. Default {GoDuration.Format(MetricSpec.DefaultErrorBudget)}.")),
            (metric, field) => metric with { ErrorBudget = field.TextOrNumber() },
            (metric, field) => metric with { ErrorBudget = field.Duration() ?? MetricSpec.DefaultErrorBudget },
            metric => metric.ErrorBudget == MetricSpec.DefaultErrorBudget ? null : FieldValue.Of(metric.ErrorBudget)),
        new(
            Optional("onNoData",
                Text(
                    "Verdict of a measurement without data: success, failure, error or inconclusive; may be an argument. Without it: the "
                        + "condition, if it holds without data, else inconclusive.", 256)),
            (metric, field) => metric with { OnNoData = field.Text() },
            (metric, field) => metric with { OnNoData = field.Name<EmptyVerdict>() },
            metric => metric.OnNoData is { } verdict ? FieldValue.Of(verdict) : null),
        new(
            Optional("compatibility", CompatibilitySchema with
            {
                Description = "Whose verdicts this metric has. Default: the compatibility of the template.",
            }),
            (metric, field) => metric with { Compatibility = field.Text() },
            (metric, field) => metric with { Compatibility = field.Name<Compatibility>() ?? Compatibility.Canary },
            metric => metric.Compatibility == Compatibility.Argo ? "argo" : null),
        new(
            Optional("minSamples", TemplateCount(
                "Requests that a measurement must have seen. With fewer it is Inconclusive. With compare: the errors or slow requests that a "
                    + "canary like stable is to have had, of 1 % of its requests or more; default "
                    + $"{Comparison.DefaultExpectedEvents}.")),
            (metric, field) => metric with { MinSamples = field.TextOrNumber() },
            (metric, field) => metric with { MinSamples = field.Int(0) },
            metric => metric.MinSamples),
        new(
            Optional("compare", ComparisonFields.Schema),
            (metric, field) => metric with { Comparison = field.IsPresent ? ComparisonFields.ReadTemplate(field.Child()) : null },
            (metric, field) => metric with { Comparison = field.IsPresent ? ComparisonFields.Read(field.Child()) : null },
            metric => metric.Comparison is { } comparison ? ComparisonFields.Write(comparison) : null),
        new(
            Required("provider", ProviderFields.Schema),
            ProviderFields.ReadTemplate,
            (metric, field) => metric with { Provider = ProviderFields.Read(field.Child()) },
            metric => ProviderFields.Write(metric.Provider)));

    internal static readonly Schema Metrics = RequiredList("The metrics.", Object("One metric.", Table.Schema), 32, "name");

    /// <summary>As a template writes it.</summary>
    public static MetricTemplate ReadTemplate(FieldReader metric) =>
        Table.ReadTemplate(new MetricTemplate("", null, null, null, null, null, null, null, null, null, null, null), metric);

    /// <summary>As a run holds it, with every argument resolved.</summary>
    public static MetricSpec Read(FieldReader metric) => Table.Read(
        new MetricSpec("", null, null, TimeSpan.Zero, TimeSpan.Zero, null, null, 0, 0, MetricSpec.DefaultConsecutiveErrorLimit,
            ProviderFields.None), metric);

    public static JsonObject Write(MetricSpec metric) => Table.Write([], metric);
}
