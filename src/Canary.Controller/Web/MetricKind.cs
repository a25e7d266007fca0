namespace Canary.Controller.Web;

/// <summary>The types of the text format that are used here.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}
