using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Red;
using Canary.Core.Analysis.Templates;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Schemas;
using static Canary.Kubernetes.Schemas.Fields;

namespace Canary.Kubernetes.Metrics;

/// <summary>The fields of <c>provider</c>: a PromQL query, or a preset of RED metrics, and how the server is reached.</summary>
internal static class ProviderFields
{
    private static readonly FieldTable<PrometheusTemplate, ProviderSpec.Prometheus> Connection = new(
        new(
            Optional("address", Text("Address of the server, with a path prefix if it has one. Default: the controller's --prometheus.", 2048)),
            (source, field) => source with { Address = field.Text() },
            (source, field) => source with { Address = field.Text() },
            source => source.Address),
        new(
            Optional("timeout", TemplateDuration(
                $"How long to wait for an answer, at most 5m. Default {GoDuration.Format(ProviderSpec.Prometheus.DefaultTimeout)}.")),
            (source, field) => source with { Timeout = field.TextOrNumber() },
            (source, field) => source with { Timeout = field.Duration() ?? ProviderSpec.Prometheus.DefaultTimeout },
            source => FieldValue.Of(source.Timeout)),
        new(
            Optional("authentication", ConnectionMapping.Authentication),
            (source, field) => source with { Authentication = ConnectionMapping.ReadAuthentication(field) },
            (source, field) => source with { Authentication = ConnectionMapping.ReadAuthentication(field) },
            source => ConnectionMapping.WriteAuthentication(source.Authentication)),
        new(
            Optional("headers", List(
                "Headers to send.",
                Object(
                    "One header, with value or secretKeyRef.",
                    Required("key", RequiredText("Name of the header.", 256)),
                    Optional("value", Text("Value.", 4096)),
                    Optional("secretKeyRef", ConnectionMapping.SecretKey)),
                32)),
            (source, field) => source with { Headers = ConnectionMapping.ReadHeaders(field) },
            (source, field) => source with { Headers = ConnectionMapping.ReadHeaders(field) },
            source => source.Headers.Count == 0 ? null : new JsonArray(
                [.. source.Headers.Select(header => (JsonNode)ConnectionMapping.WriteSecret(header.Value).Put("key", header.Name))])),
        new(
            Optional("insecure", Flag("Whether to accept any certificate of the server. Default false.")),
            (source, field) => source with { IsInsecure = field.Flag() },
            (source, field) => source with { IsInsecure = field.Flag() },
            source => FieldValue.Flag(source.IsInsecure)),
        new(
            Optional("certificateAuthority", ConnectionMapping.SecretValueSchema(
                "PEM bundle of certificate authorities to trust instead of the system's.")),
            (source, field) => source with { CertificateAuthority = ConnectionMapping.ReadAuthority(field) },
            (source, field) => source with { CertificateAuthority = ConnectionMapping.ReadAuthority(field) },
            source => source.CertificateAuthority is { } authority ? ConnectionMapping.WriteSecret(authority) : null));

    private static readonly FieldTable<PrometheusTemplate, ProviderSpec.Prometheus> Query = new(
        new(
            Required("query", RequiredText("The query.", 16384)),
            (source, field) => source with { Query = field.RequiredText("a PromQL query is needed") },
            (source, field) => source with { Query = field.Text() ?? "" },
            source => source.Query),
        new(
            Optional("rangeQuery", Object(
                "Makes it a range query, either of the last length or from start to end.",
                Optional("length", TemplateDuration("How far back.")),
                Optional("start",
                    new Schema(SchemaType.NumberOrString,
                        "Start: an expression such as now() - duration(\"1h\"), a time such as 2026-01-02T15:04:05Z, seconds since 1970, "
                            + "or now-1h.")),
                Optional("end", new Schema(SchemaType.NumberOrString, "End, written like start. Default now().")),
                Required("step", TemplateDuration("Resolution.")))),
            (source, field) => source with { Range = ReadRangeTemplate(field.Child()) },
            (source, field) => source with { Range = ReadRange(field.Child()) },
            source => WriteRange(source.Range)),
        new(
            Optional("samplesQuery", RequiredText(
                "Query of one number: how many requests, or other samples, the measurement saw. minSamples needs it.", 16384)),
            (source, field) => source with { SamplesQuery = field.Text() },
            (source, field) => source with { SamplesQuery = field.Text() },
            source => source.SamplesQuery));

    private static readonly FieldTable<RedTemplate, ProviderSpec.Red> Red = new(
        new(
            Required("preset", RequiredText($"Which metrics to query: {Presets}.", 256)),
            (red, field) => red with { Preset = field.RequiredText($"one of {Presets} is needed") },
            (red, field) => red with { Preset = field.RequiredText("a preset is needed") },
            red => red.Preset),
        new(
            Required("signal", Choice(
                "What to measure: requests in requests per second, errors as the share of failed requests (0 to 1), duration as a "
                    + "quantile in milliseconds.", "requests", "errors", "duration")),
            (red, field) => red with { Signal = field.RequiredText("requests, errors or duration is needed") },
            (red, field) => red with { Signal = field.Name<RedSignal>() ?? RedSignal.Requests },
            red => FieldValue.Of(red.Signal)),
        new(
            Optional("quantile", new Schema(SchemaType.NumberOrString,
                $"Quantile of duration, 0 to 1; may be an argument. Default {NumberText.Format(ProviderSpec.Red.DefaultQuantile)}.")),
            (red, field) => red with { Quantile = field.TextOrNumber() },
            (red, field) => red with { Quantile = field.Number() is { } share and > 0 and < 1 ? share : ProviderSpec.Red.DefaultQuantile },
            red => red.Quantile.ToString("R", CultureInfo.InvariantCulture)),
        new(
            Optional("window", TemplateDuration($"Range of the rate. Default {GoDuration.Format(ProviderSpec.Red.DefaultWindow)}.")),
            (red, field) => red with { Window = field.TextOrNumber() },
            (red, field) => red with { Window = field.Duration() ?? ProviderSpec.Red.DefaultWindow },
            red => FieldValue.Of(red.Window)),
        new(
            Optional("side", Text("Side to measure: canary or stable; may be an argument. Default canary.", 256)),
            (red, field) => red with { Side = field.Text() },
            (red, field) => red with { Side = field.Name<RedSide>() ?? RedSide.Canary },
            red => red.Side == RedSide.Stable ? "stable" : null),
        new(
            Optional("min", new Schema(SchemaType.NumberOrString, "Smallest good value, in the unit of the signal; may be an argument.")),
            (red, field) => red with { Min = field.TextOrNumber() },
            (red, field) => red with { Min = field.Number() },
            red => FieldValue.Of(red.Min)),
        new(
            Optional("max", new Schema(SchemaType.NumberOrString, "Largest good value, in the unit of the signal; may be an argument.")),
            (red, field) => red with { Max = field.TextOrNumber() },
            (red, field) => red with { Max = field.Number() },
            red => FieldValue.Of(red.Max)),
        new(
            Optional("histogram", Text(
                "Histograms to read: classic (series with le), native (exponential or custom buckets), or auto, which reads native ones "
                    + "where there is no classic series; may be an argument. Default auto.", 256)),
            (red, field) => red with { Histogram = field.Text() },
            (red, field) => red with { Histogram = field.Name<HistogramKind>() ?? HistogramKind.Auto },
            red => red.Histogram == HistogramKind.Auto ? null : FieldValue.Of(red.Histogram)),
        new(
            Optional("subject",
                new Schema(SchemaType.Object,
                    "Values of the preset's placeholders (ns, svc, workload and others). Placeholders without a value here are taken from "
                        + "the Rollout's side.")
                {
                    Values = Text("A value."),
                    MaxProperties = 16,
                }),
            (red, field) => red with { Subject = ReadSubject(field) },
            (red, field) => red with { Subject = ReadSubject(field) },
            red => WriteSubject(red.Subject)));

    public static Schema Schema { get; } = OneOf(
        "Where the value comes from.",
        Optional("prometheus", Object("A PromQL query.", [.. Query.Schema, .. Connection.Schema])),
        Optional("red", Object("Requests, errors or duration of one side, without PromQL.", [.. Red.Schema, .. Connection.Schema])));

    /// <summary>A source that nothing was said of.</summary>
    public static ProviderSpec.Prometheus None { get; } =
        new(null, "", null, ProviderSpec.Prometheus.DefaultTimeout, null, [], false, null);

    private static string Presets => string.Join(", ", RedPreset.All.Select(preset => preset.Key));

    /// <summary>Of a template: exactly one source.</summary>
    public static MetricTemplate ReadTemplate(MetricTemplate metric, FieldAt field)
    {
        var provider = field.Child();
        string[] kinds = [.. new[] { "prometheus", "red" }.Where(provider.Has)];
        if (!provider.IsPresent && !field.IsPresent) field.Object.Fail(field.Key, "it is missing; prometheus or red is needed");
        else if (kinds.Length != 1)
            field.Object.Fail(field.Key, $"it has {Named(kinds, provider)} of prometheus and red; exactly one is needed");
        return metric with
        {
            Prometheus = kinds is ["prometheus"] ? ReadPrometheus(provider.Child("prometheus")) : null,
            Red = kinds is ["red"] ? ReadRed(provider.Child("red")) : null,
        };
    }

    /// <summary>Of a run.</summary>
    public static ProviderSpec Read(FieldReader provider)
    {
        var red = provider.Child("red");
        if (!red.IsPresent) return Connection.Read(Query.Read(None, provider.Child("prometheus")), provider.Child("prometheus"));
        var start = new ProviderSpec.Red("", RedSignal.Requests, ProviderSpec.Red.DefaultQuantile, ProviderSpec.Red.DefaultWindow, [],
            None);
        return Red.Read(start, red) with { Connection = Connection.Read(None, red) };
    }

    public static JsonObject Write(ProviderSpec provider) => provider switch
    {
        ProviderSpec.Prometheus prometheus => new JsonObject { ["prometheus"] = Connection.Write(Query.Write([], prometheus), prometheus) },
        ProviderSpec.Red red => new JsonObject { ["red"] = Connection.Write(Red.Write([], red), red.Connection) },
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static EquatableArray<Argument> ReadSubject(FieldAt field)
    {
        var subject = field.Child();
        return subject.Keys.Select(key => new Argument(key, subject.Text(key))).ToEquatableArray();
    }

    public static JsonObject? WriteSubject(EquatableArray<Argument> subject) => subject.Count == 0 ? null
        : new JsonObject(subject.Select(one => KeyValuePair.Create(one.Name, (JsonNode?)(one.Value ?? ""))));

    private static PrometheusTemplate ReadPrometheus(FieldReader source) =>
        Connection.ReadTemplate(Query.ReadTemplate(PrometheusTemplate.Default, source), source);

    private static RedTemplate ReadRed(FieldReader red) =>
        Red.ReadTemplate(new RedTemplate("", "", null, null, [], Connection.ReadTemplate(PrometheusTemplate.Default, red)), red);

    private static string Named(string[] kinds, FieldReader provider) =>
        kinds.Length > 0 ? "both" : provider.Keys.Count == 0 ? "none" : string.Join(" and ", provider.Keys) + " and none";

    private static RangeTemplate? ReadRangeTemplate(FieldReader range) => range.IsPresent
        ? new RangeTemplate(range.TextOrNumber("length"), range.TextOrNumber("step"))
        {
            Start = range.TextOrNumber("start"),
            End = range.TextOrNumber("end"),
        }
        : null;

    private static QueryRange? ReadRange(FieldReader range)
    {
        if (!range.IsPresent) return null;
        var (length, step) = (range.Duration("length"), range.Duration("step") ?? TimeSpan.Zero);
        return length is null && range.TextOrNumber("start") is { } start
            ? new QueryRange(TimeSpan.Zero, step) { Start = start, End = range.TextOrNumber("end") }
            : new QueryRange(length ?? TimeSpan.Zero, step) { Offset = ReadOffset(range) };
    }

    // An end in the past is written as Argo Rollouts writes it: the one form that the schema has for it.
    private static TimeSpan ReadOffset(FieldReader range) =>
        range.Text("end") is { } end && end.Split('"') is [_, var ago, _] && GoDuration.TryParse(ago, out var offset, out _) ? offset
        : TimeSpan.Zero;

    private static JsonObject? WriteRange(QueryRange? range) => range switch
    {
        null => null,
        { Start: { } start } => new JsonObject { ["start"] = start }.Put("end", range.End).PutDuration("step", range.Step),
        _ => new JsonObject()
            .PutDuration("length", range.Length)
            .Put("end", range.Offset > TimeSpan.Zero ? $"now() - duration(\"{GoDuration.Format(range.Offset)}\")" : null)
            .PutDuration("step", range.Step),
    };
}
