using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Red;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Templates;

/// <summary>Reads one metric of a template.</summary>
internal sealed partial class MetricReader(TemplateFieldReader fields, TemplateRequest request, bool isComplete)
{

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    /// <summary>Longest <c>timeout</c> of a metric. Prometheus itself gives a query up after 2m; one that needs longer is no way to look
    /// after a rollout.</summary>
    public static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(5);


    public MetricSpec Read(MetricTemplate metric)
    {
        var provider = Provider(metric);
        var comparisons = new ComparisonReader(fields, request, isComplete);
        var comparison = comparisons.Read(metric, provider);
        var interval = fields.Duration("interval", metric.Interval, Second)
            ?? (comparison is null ? null : ComparisonReader.DefaultInterval(comparison));
        var count = fields.Whole("count", metric.Count, 0);
        if (request.MustEnd && interval is not null && (metric.Count is null || count == 0))
            fields.Refuse("count", "an analysis step must end: a metric with an interval needs a count there");
        var delay = fields.Duration("initialDelay", metric.InitialDelay, TimeSpan.Zero) ?? TimeSpan.Zero;
        var spec = new MetricSpec(
            metric.Name,
            interval,
            count > 0 ? count : null,
            delay,
            fields.Duration("window", metric.Window, TimeSpan.Zero)
            ?? (comparison is null ? Window(provider)
                : delay + interval!.Value + (comparison.Judge == ComparisonKind.Sequential ? comparison.Lag : Window(provider))),
            fields.Condition("successCondition", metric.SuccessCondition),
            fields.Condition("failureCondition", metric.FailureCondition),
            // What the score decides does not decide by itself.
            fields.Whole("failureLimit", metric.FailureLimit, -1) ?? (comparison?.Judge == ComparisonKind.MannWhitney ? -1 : 0),
            // A comparison may look as often as it likes: that it does not know yet is no verdict.
            fields.Whole("inconclusiveLimit", metric.InconclusiveLimit, 0) ?? (comparison is null ? 0 : int.MaxValue),
            fields.Whole("consecutiveErrorLimit", metric.ConsecutiveErrorLimit, 0) ?? MetricSpec.DefaultConsecutiveErrorLimit,
            provider)
        {
            ConsecutiveSuccessLimit = fields.Whole("consecutiveSuccessLimit", metric.ConsecutiveSuccessLimit, 0) ?? 0,
            ErrorBudget = fields.Duration("errorBudget", metric.ErrorBudget, TimeSpan.Zero) ?? MetricSpec.DefaultErrorBudget,
            Compatibility = fields.Choice<Compatibility>("compatibility", metric.Compatibility) ?? Compatibility.Canary,
            OnNoData = fields.Choice<EmptyVerdict>("onNoData", metric.OnNoData),
            MinSamples = fields.Whole("minSamples", metric.MinSamples, 0) is > 0 and var least ? least : null,
            Comparison = comparison,
        };
        CheckTogether(metric, spec);
        comparisons.CheckTogether(metric, spec);
        return spec;
    }

    // The impossible ones, as Argo Rollouts has them. It also refuses failureLimit -1 without consecutiveSuccessLimit: here
    // such a metric is one that is watched and never fails; and an inconclusiveLimit above count: here a metric that was never conclusive
    // does not pass, so it does no harm.
    private void CheckTogether(MetricTemplate metric, MetricSpec spec)
    {
        if (spec.Count > 1 && spec.Interval is null)
            fields.Refuse("interval", $"count is {spec.Count}: more than one measurement needs an interval");
        if (spec.Count < spec.FailureLimit)
            fields.Refuse("failureLimit",
                $"{spec.FailureLimit} is more than count {spec.Count}: the metric could never fail; write -1 where that is meant");
        else if (spec.ConsecutiveSuccessLimit > 0 && spec.Count < Math.Max(spec.FailureLimit, 0) + spec.ConsecutiveSuccessLimit)
            fields.Refuse("consecutiveSuccessLimit",
                $"count {spec.Count} is less than failureLimit {Math.Max(spec.FailureLimit, 0)} and "
                    + $"consecutiveSuccessLimit {spec.ConsecutiveSuccessLimit} together: it could not be reached after the failures that "
                    + "are tolerated");
        if (spec.MinSamples is { } least && spec.Provider is ProviderSpec.Prometheus { SamplesQuery: null })
            fields.Refuse("minSamples",
                $"it is {least}, and nothing says how many samples a measurement saw; give provider.prometheus.samplesQuery, or use "
                    + "provider.red");
        if (spec is { Compatibility: Compatibility.Argo, OnNoData: not null })
            fields.Refuse("onNoData",
                "compatibility is argo, whose verdicts on no data are those of the conditions; leave one of them out");
        if (spec.Provider is not ProviderSpec.Red red || (red.Min, red.Max) is (null, null)) return;
        if (red.Min > red.Max)
            fields.Refuse("provider.red.min",
                $"{NumberText.Format(red.Min.Value)} is more than max {NumberText.Format(red.Max!.Value)}: no value is good");
        if (spec.SuccessCondition is not null || spec.FailureCondition is not null)
            fields.Refuse("provider.red",
                $"min and max are given, and {(spec.SuccessCondition is null ? "failureCondition" : "successCondition")} too; one or the "
                    + "other says what is good");
    }

    private ProviderSpec Provider(MetricTemplate metric)
    {
        if ((metric.Prometheus, metric.Red) is (null, null) or (not null, not null))
            fields.Refuse("provider",
                $"{(metric.Red is null ? "it names no provider" : "it names two providers")}; exactly one is allowed: prometheus or red");
        return metric.Red is { } red ? Red(red)
            : Connection("provider.prometheus", metric.Prometheus ?? PrometheusTemplate.Default, hasQuery: metric.Prometheus is not null);
    }

    private ProviderSpec.Red Red(RedTemplate red)
    {
        const string At = "provider.red";
        var key = fields.Text($"{At}.preset", red.Preset);
        var preset = key is null ? null : RedPreset.Find(key.Trim());
        if (key is not null && preset is null)
            fields.Refuse($"{At}.preset", $"\"{key}\" is no preset; there are {string.Join(", ", RedPreset.All.Select(one => one.Key))}");
        var side = fields.Choice<RedSide>($"{At}.side", red.Side) ?? RedSide.Canary;
        var subject = Subject(At, red.Subject, side == RedSide.Stable ? request.StableSubject : request.Subject);
        if (subject.FirstOrDefault(one => one.Name == RedPreset.LabelsPlaceholder)?.Value is { } labels
            && !Enum.GetNames<ScrapeLabels>().Any(one => one.ToLowerInvariant() == labels))
            fields.Refuse($"{At}.subject.{RedPreset.LabelsPlaceholder}",
                $"\"{labels}\" is not known; allowed are {string.Join(", ", Enum.GetNames<ScrapeLabels>()).ToLowerInvariant()}");
        foreach (var name in preset?.Missing(subject) ?? [])
        {
            // A template by itself is completed by the rollout that uses it.
            if (isComplete)
                fields.Refuse($"{At}.subject.{name}",
                    $"preset {preset!.Key} needs a value, and neither the template nor the "
                        + $"rollout's {side.ToString().ToLowerInvariant()} side gives one{MadeOf(red.Subject, name)}");
        }

        return new(
            key?.Trim() ?? "",
            Signal(fields.Text($"{At}.signal", red.Signal)),
            fields.Share($"{At}.quantile", red.Quantile) ?? ProviderSpec.Red.DefaultQuantile,
            fields.Duration($"{At}.window", red.Window, Second) ?? ProviderSpec.Red.DefaultWindow,
            subject,
            Connection(At, red.Connection, hasQuery: false))
        {
            Side = side,
            Min = fields.Number($"{At}.min", red.Min),
            Max = fields.Number($"{At}.max", red.Max),
            Histogram = fields.Choice<HistogramKind>($"{At}.histogram", red.Histogram) ?? HistogramKind.Auto,
        };
    }

    private EquatableArray<Argument> Subject(string at, EquatableArray<Argument> written, EquatableArray<Argument> side)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var given in side.Where(given => given.Value is { Length: > 0 })) values[given.Name] = given.Value!;
        foreach (var given in written)
        {
            if (fields.Text($"{at}.subject.{given.Name}", given.Value) is { } value && value.Trim() is { Length: > 0 } own)
                values[given.Name] = own;
        }

        return [.. values.Select(value => new Argument(value.Key, value.Value))];
    }

    private RedSignal Signal(string? text)
    {
        foreach (var signal in Enum.GetValues<RedSignal>())
            if (text?.Trim() == signal.ToString().ToLowerInvariant()) return signal;
        if (text is not null)
            fields.Refuse("provider.red.signal",
                $"\"{text}\" is no signal; there are {string.Join(", ", Enum.GetValues<RedSignal>()).ToLowerInvariant()}");
        return RedSignal.Requests;
    }

    private ProviderSpec.Prometheus Connection(string at, PrometheusTemplate template, bool hasQuery)
    {
        var address = fields.Sent($"{at}.address", template.Address)?.Trim();
        if (address is { Length: > 0 } && AddressCredentials.Split(address) is var split)
        {
            if (!SecretPlaceholder.IsIn(split.Address)) CheckAddress($"{at}.address", split.Address);
            if (split.User is not null && template.Authentication is not null)
                fields.Refuse($"{at}.address", "it holds a user, and authentication is given too; one or the other says who asks");
        }

        var range = template.Range is { } written ? new RangeReader(fields).Read($"{at}.rangeQuery", written) : null;
        return new(
            address is { Length: > 0 } ? address : null,
            hasQuery ? fields.Required($"{at}.query", template.Query, isSent: true) : "",
            range,
            fields.Duration($"{at}.timeout", template.Timeout, TimeSpan.FromMilliseconds(1), LongestTimeout)
                ?? ProviderSpec.Prometheus.DefaultTimeout,
            Authentication($"{at}.authentication", template.Authentication),
            [.. template.Headers.Select((header, index) => Header($"{at}.headers[{index}]", header))],
            template.IsInsecure,
            fields.Secret($"{at}.certificateAuthority", template.CertificateAuthority))
        {
            SamplesQuery = hasQuery && template.SamplesQuery is { } samples ? fields.Required($"{at}.samplesQuery", samples, isSent: true)
            : null,
        };
    }

    private MetricHeader Header(string at, MetricHeader header) =>
        new(fields.Required($"{at}.key", header.Name), fields.Secret($"{at}.value", header.Value)!);

    private MetricAuthentication? Authentication(string at, MetricAuthentication? authentication) => authentication switch
    {
        null => null,
        MetricAuthentication.Bearer bearer => new MetricAuthentication.Bearer(fields.Secret($"{at}.bearer", bearer.Token)!),
        MetricAuthentication.Basic basic =>
            new MetricAuthentication.Basic(fields.Secret($"{at}.{basic.Field}.username", basic.User)!,
                fields.Secret($"{at}.{basic.Field}.password", basic.Password)!),
        MetricAuthentication.Sigv4 aws => Sigv4($"{at}.sigv4", aws),
        MetricAuthentication.OAuth2 client => OAuth(at, client),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private MetricAuthentication.Sigv4 Sigv4(string at, MetricAuthentication.Sigv4 aws)
    {
        // It becomes a part of the address that roles are assumed at.
        var region = NotEmpty(fields.Text($"{at}.region", aws.Region));
        if (region is not null && !RegionForm().IsMatch(region))
            fields.Refuse($"{at}.region", $"\"{region}\" is no region of AWS; one is written like eu-west-1");
        var role = NotEmpty(fields.Text($"{at}.roleArn", aws.RoleArn));
        if (role is not null && !RoleForm().IsMatch(role))
            fields.Refuse($"{at}.roleArn",
                $"\"{role}\" is no ARN of a role; one is written like arn:aws:iam::123456789012:role/prometheus");
        return new(region, NotEmpty(fields.Text($"{at}.profile", aws.Profile)), role);
    }

    private static string? NotEmpty(string? text) => text?.Trim() is { Length: > 0 } some ? some : null;

    [System.Text.RegularExpressions.GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$",
        System.Text.RegularExpressions.RegexOptions.CultureInvariant)]
    private static partial System.Text.RegularExpressions.Regex RegionForm();

    [System.Text.RegularExpressions.GeneratedRegex(@"^arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]+$",
        System.Text.RegularExpressions.RegexOptions.CultureInvariant)]
    private static partial System.Text.RegularExpressions.Regex RoleForm();

    private MetricAuthentication.OAuth2 OAuth(string at, MetricAuthentication.OAuth2 client)
    {
        var address = fields.Required($"{at}.oauth2.tokenUrl", client.TokenUrl, isSent: true).Trim();
        if (address.Length > 0 && !SecretPlaceholder.IsIn(address)) CheckAddress($"{at}.oauth2.tokenUrl", address);
        return new(
            address,
            fields.Secret($"{at}.oauth2.clientId", client.ClientId)!,
            fields.Secret($"{at}.oauth2.clientSecret", client.ClientSecret)!,
            [.. client.Scopes.Select((scope, index) => fields.Text($"{at}.oauth2.scopes[{index}]", scope) ?? "")]);
    }

    private void CheckAddress(string field, string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            fields.Refuse(field, $"\"{address}\" is no http or https address");
        else if (uri.UserInfo.Length > 0) fields.Refuse(field, "it holds credentials; they belong into authentication, from a Secret");
        else if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
            fields.Refuse(field, $"\"{address}\" has a query or a fragment; an address ends with its path");
    }

    /// <summary>Where the template would have the value from: who runs it by hand gives the argument, and not the field.</summary>
    internal static string MadeOf(EquatableArray<Argument> written, string name) =>
        written.FirstOrDefault(one => one.Name == name)?.Value is { Length: > 0 } text && text.Contains("{{", StringComparison.Ordinal)
        ? $"; the template has {text.Trim()} for it, which is empty" : "";

    // A measurement sees as far back as the longest range of its query.
    private static TimeSpan Window(ProviderSpec provider) => provider switch
    {
        ProviderSpec.Red red => red.Window,
        ProviderSpec.Prometheus prometheus =>
            PromQlRanges.Longest(prometheus.Query) + (prometheus.Range is { } range ? range.Length + range.Offset : TimeSpan.Zero),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
