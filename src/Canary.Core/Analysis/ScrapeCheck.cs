using System;
using System.Collections.Generic;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Analysis;

/// <summary>Windows that are too short for how often the series are scraped.</summary>
public static class ScrapeCheck
{
    /// <summary>A rate over fewer scrapes than this goes blind with one that is missed.</summary>
    public const int FewestScrapes = 4;

    /// <summary>The metrics whose window holds less than <see cref="FewestScrapes"/> scrapes, by the name of the metric.</summary>
    /// <param name="run">What is measured.</param>
    /// <param name="scrapeInterval">Time between two scrapes of the series.</param>
    public static IEnumerable<SpecError> Check(RunSpec run, TimeSpan scrapeInterval)
    {
        foreach (var metric in run.Metrics)
        {
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
                    $"its window of {GoDuration.Format(window)} holds less than {FewestScrapes} scrapes at a scrape interval of {GoDuration.Format(scrapeInterval)}; "
                    + $"use {GoDuration.Format(FewestScrapes * scrapeInterval)} or more");
            }
        }
    }
}
