using Canary.Core.Units;

namespace Canary.Core.Analysis.Templates;

/// <summary><c>compare</c> of a metric, before its arguments are known. Fields are text; null where the user wrote nothing.</summary>
public sealed record ComparisonTemplate
{
    /// <summary><c>with</c>: stable or objective.</summary>
    public string? With { get; init; }

    /// <summary><c>objective</c>: the share of good requests, as percent or as a number below 1.</summary>
    public string? Objective { get; init; }

    /// <summary><c>burnRate</c>: a number from 1.</summary>
    public string? BurnRate { get; init; }

    /// <summary><c>judge</c>: threshold, sequential or mannWhitney.</summary>
    public string? Judge { get; init; }

    /// <summary><c>tolerate</c>: a number from 1.</summary>
    public string? Tolerate { get; init; }

    /// <summary><c>share</c>: above 0, at most 1.</summary>
    public string? Share { get; init; }

    /// <summary><c>require</c>: noHarm, evidence or evidenceForFullWeight.</summary>
    public string? Require { get; init; }

    /// <summary><c>negligible</c>: from 0, below 1.</summary>
    public string? Negligible { get; init; }

    /// <summary><c>countExtension</c>, which the controller writes into runs: of no use in a template.</summary>
    public string? CountExtension { get; init; }

    /// <summary><c>notWorseThan</c>: a number above <see cref="Tolerate"/>.</summary>
    public string? NotWorseThan { get; init; }

    /// <summary><c>beta</c>: above 0 and below 1.</summary>
    public string? Beta { get; init; }

    /// <summary><c>alpha</c>, which the controller writes into runs: of no use in a template.</summary>
    public string? Alpha { get; init; }

    /// <summary><c>against</c>, which the controller writes into runs: of no use in a template.</summary>
    public string? Against { get; init; }

    /// <summary>The fields of the judge mannWhitney.</summary>
    public SampleTemplate Samples { get; init; } = new();

    /// <summary><c>lag</c>: a duration.</summary>
    public string? Lag { get; init; }

    /// <summary><c>warmup</c>: a duration.</summary>
    public string? Warmup { get; init; }

    /// <summary><c>bounds</c>: durations.</summary>
    public EquatableArray<string> Bounds { get; init; }

    /// <summary><c>subject</c>: values of the preset's placeholders for stable's side.</summary>
    public EquatableArray<Argument> Subject { get; init; }
}
