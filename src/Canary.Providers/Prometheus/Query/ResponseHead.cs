namespace Canary.Providers.Prometheus.Query;

/// <summary>An HTTP response without its content.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="MediaType">Of the content; empty where it was not said.</param>
/// <param name="Location">Where a redirect points; empty for none.</param>
internal sealed record ResponseHead(int Status, string MediaType, string Location)
{
    /// <summary>The response with content that Prometheus does not send.</summary>
    public PrometheusResponse Unexpected(string reason) => new PrometheusResponse.Unexpected(Status, MediaType, Location, reason);

    /// <summary>The response with the content of a success, which it is under one status alone.</summary>
    public PrometheusResponse Success(PrometheusResponse.Success read) => Status == 200 ? read : Unexpected("");
}
