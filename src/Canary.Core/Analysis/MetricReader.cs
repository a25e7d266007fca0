using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary>Reads one metric of a template.</summary>
internal sealed class MetricReader(FieldReader fields, TemplateRequest request, bool isComplete)
{
    private const int DefaultConsecutiveErrorLimit = 4;

    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _defaultTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _defaultRedWindow = TimeSpan.FromMinutes(1);
    private const double DefaultQuantile = 0.99;

    public MetricSpec Read(MetricTemplate metric)
    {
        var provider = Provider(metric);
        var count = fields.Whole("count", metric.Count, 0);
        if (request.MustEnd && metric.Interval is not null && (metric.Count is null || count == 0))
            fields.Refuse("count", "an analysis step must end: a metric with an interval needs a count there");
        var spec = new MetricSpec(
            metric.Name,
            fields.Duration("interval", metric.Interval, _second),
            count > 0 ? count : null,
            fields.Duration("initialDelay", metric.InitialDelay, TimeSpan.Zero) ?? TimeSpan.Zero,
            fields.Duration("window", metric.Window, TimeSpan.Zero) ?? Window(provider),
            fields.Condition("successCondition", metric.SuccessCondition),
            fields.Condition("failureCondition", metric.FailureCondition),
            fields.Whole("failureLimit", metric.FailureLimit, -1) ?? 0,
            fields.Whole("inconclusiveLimit", metric.InconclusiveLimit, 0) ?? 0,
            fields.Whole("consecutiveErrorLimit", metric.ConsecutiveErrorLimit, 0) ?? DefaultConsecutiveErrorLimit,
            provider);
        CheckTogether(metric, spec);
        return spec;
    }

    // Argo Rollouts also refuses an inconclusiveLimit above count. Here a metric that was never conclusive does not pass, so it does no harm.
    private void CheckTogether(MetricTemplate metric, MetricSpec spec)
    {
        if (spec.Count > 1 && metric.Interval is null) fields.Refuse("interval", $"count is {spec.Count}: more than one measurement needs an interval");
        if (spec.Count < spec.FailureLimit) fields.Refuse("failureLimit", $"{spec.FailureLimit} is more than count {spec.Count}: the metric could never fail; write -1 where that is meant");
    }

    private ProviderSpec Provider(MetricTemplate metric)
    {
        if ((metric.Prometheus, metric.Red) is (null, null) or (not null, not null))
            fields.Refuse("provider", $"{(metric.Red is null ? "it names no provider" : "it names two providers")}; exactly one is allowed: prometheus or red");
        return metric.Red is { } red ? Red(red) : Connection("provider.prometheus", metric.Prometheus ?? PrometheusTemplate.Default, hasQuery: metric.Prometheus is not null);
    }

    private ProviderSpec.Red Red(RedTemplate red)
    {
        const string At = "provider.red";
        var key = fields.Text($"{At}.preset", red.Preset);
        var preset = key is null ? null : RedPreset.Find(key.Trim());
        if (key is not null && preset is null)
            fields.Refuse($"{At}.preset", $"\"{key}\" is no preset; there are {string.Join(", ", RedPreset.All.Select(one => one.Key))}");
        var subject = Subject(At, red.Subject);
        foreach (var name in preset?.Missing(subject) ?? [])
        {
            // A template by itself is completed by the rollout that uses it.
            if (isComplete) fields.Refuse($"{At}.subject.{name}", $"preset {preset!.Key} needs a value, and neither the template nor the rollout's canary side gives one");
        }

        return new(
            key?.Trim() ?? "",
            Signal(fields.Text($"{At}.signal", red.Signal)),
            fields.Share($"{At}.quantile", red.Quantile) ?? DefaultQuantile,
            fields.Duration($"{At}.window", red.Window, _second) ?? _defaultRedWindow,
            subject,
            Connection(At, red.Connection, hasQuery: false));
    }

    private EquatableArray<Argument> Subject(string at, EquatableArray<Argument> written)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var given in request.Subject.Where(given => given.Value is { Length: > 0 })) values[given.Name] = given.Value!;
        foreach (var given in written)
        {
            if (fields.Text($"{at}.subject.{given.Name}", given.Value) is { } value && value.Trim() is { Length: > 0 } own) values[given.Name] = own;
        }

        return [.. values.Select(value => new Argument(value.Key, value.Value))];
    }

    private RedSignal Signal(string? text)
    {
        foreach (var signal in Enum.GetValues<RedSignal>())
            if (text?.Trim() == signal.ToString().ToLowerInvariant()) return signal;
        if (text is not null) fields.Refuse("provider.red.signal", $"\"{text}\" is no signal; there are {string.Join(", ", Enum.GetValues<RedSignal>()).ToLowerInvariant()}");
        return RedSignal.Requests;
    }

    private ProviderSpec.Prometheus Connection(string at, PrometheusTemplate template, bool hasQuery)
    {
        var address = fields.Text($"{at}.address", template.Address)?.Trim();
        if (address is { Length: > 0 }) CheckAddress($"{at}.address", address);
        var range = template.Range is not { } written ? null : new QueryRange(
            fields.Duration($"{at}.rangeQuery.length", written.Length ?? "", _second) ?? _second,
            fields.Duration($"{at}.rangeQuery.step", written.Step ?? "", _second) ?? _second);
        return new(
            address is { Length: > 0 } ? address : null,
            hasQuery ? fields.Required($"{at}.query", template.Query) : "",
            range,
            fields.Duration($"{at}.timeout", template.Timeout, TimeSpan.FromMilliseconds(1)) ?? _defaultTimeout,
            Authentication($"{at}.authentication", template.Authentication),
            [.. template.Headers.Select((header, index) => Header($"{at}.headers[{index}]", header))],
            template.IsInsecure,
            fields.Secret($"{at}.certificateAuthority", template.CertificateAuthority));
    }

    private MetricHeader Header(string at, MetricHeader header) => new(fields.Required($"{at}.key", header.Name), fields.Secret($"{at}.value", header.Value)!);

    private MetricAuthentication? Authentication(string at, MetricAuthentication? authentication) => authentication switch
    {
        null => null,
        MetricAuthentication.Bearer bearer => new MetricAuthentication.Bearer(fields.Secret($"{at}.bearer", bearer.Token)!),
        MetricAuthentication.Basic basic => new MetricAuthentication.Basic(fields.Secret($"{at}.basic.username", basic.User)!, fields.Secret($"{at}.basic.password", basic.Password)!),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private void CheckAddress(string field, string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) fields.Refuse(field, $"\"{address}\" is no http or https address");
        else if (uri.UserInfo.Length > 0) fields.Refuse(field, "it holds credentials; they belong into authentication, from a Secret");
        else if (uri.Query.Length > 0 || uri.Fragment.Length > 0) fields.Refuse(field, $"\"{address}\" has a query or a fragment; an address ends with its path");
    }

    // A measurement sees as far back as the longest range of its query.
    private static TimeSpan Window(ProviderSpec provider) => provider switch
    {
        ProviderSpec.Red red => red.Window,
        ProviderSpec.Prometheus prometheus => PromQlRanges.Longest(prometheus.Query) + (prometheus.Range?.Length ?? TimeSpan.Zero),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
