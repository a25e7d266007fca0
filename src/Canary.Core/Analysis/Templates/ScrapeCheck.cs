using System;
using System.Collections.Generic;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Analysis.Templates;

/// <summary>Windows that are too short for how often the series are scraped.</summary>
public static class ScrapeCheck
{
    /// <summary>A rate over fewer scrapes than this goes blind with one that is missed.</summary>
    public const int FewestScrapes = 4;

    /// <summary>Counters are differenced, so that nothing is lost between two windows; with fewer scrapes than this in one, most windows
    /// would hold one arm's requests and not the other's.</summary>
    public const int FewestScrapesCompared = 2;

    /// <summary>The metrics whose window holds less than <see cref="FewestScrapes"/> scrapes, by the name of the metric.</summary>
    /// <param name="run">What is measured.</param>
    /// <param name="scrapeInterval">Time between two scrapes of the series.</param>
    public static IEnumerable<SpecError> Check(RunSpec run, TimeSpan scrapeInterval)
    {
        foreach (var metric in run.Metrics)
        {
            if (metric is { Comparison: { Judge: ComparisonKind.Sequential } comparison, Interval: { } interval })
            {
                if (interval < FewestScrapesCompared * scrapeInterval || comparison.Lag < scrapeInterval)
                {
                    yield return new SpecError(
                        $"metric \"{metric.Name}\"",
                        $"at a scrape interval of {GoDuration.Format(scrapeInterval)} it looks every {GoDuration.Format(interval)}, "
                            + $"{GoDuration.Format(comparison.Lag)} after the end of each window; "
                        + $"use an interval of {GoDuration.Format(FewestScrapesCompared * scrapeInterval)} or more and compare.lag "
                        + $"of {GoDuration.Format(scrapeInterval)} or more");
                }

                continue;
            }

            var window = metric.Provider switch
            {
                ProviderSpec.Red red => red.Window,
                ProviderSpec.Prometheus prometheus => PromQlRanges.Longest(prometheus.Query),
                _ => TimeSpan.Zero,
            };
            if (window > TimeSpan.Zero && window < FewestScrapes * scrapeInterval)
            {
                yield return new SpecError(
                    $"metric \"{metric.Name}\"",
                    $"its window of {GoDuration.Format(window)} holds less than {FewestScrapes} scrapes at a scrape interval "
                        + $"of {GoDuration.Format(scrapeInterval)}; "
                    + $"use {GoDuration.Format(FewestScrapes * scrapeInterval)} or more");
            }
        }
    }
}
