using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Canary.Sandbox.Mesh.Telemetry;

/// <summary>Writes the mesh's metrics in the text format of Prometheus, version 0.0.4.</summary>
internal static class MetricsText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Render(IReadOnlyList<KeyValuePair<RequestLabels, RequestSeries>> series)
    {
        var text = new StringBuilder(64 * 1024);
        var read =
            new List<(string Labels, HistogramState Milliseconds, HistogramState RequestBytes, HistogramState ResponseBytes)>(series.Count);
        foreach (var (labels, measured) in series)
        {
            read.Add((Labels(labels), measured.Milliseconds.Read(), measured.RequestBytes.Read(), measured.ResponseBytes.Read()));
        }

        text.Append("# TYPE istio_requests_total counter\n");
        foreach (var entry in read) Line(text, "istio_requests_total", entry.Labels, entry.Milliseconds.Count);
        text.Append("# TYPE istio_request_duration_milliseconds histogram\n");
        foreach (var entry in read) Histogram(text, "istio_request_duration_milliseconds", entry.Labels, entry.Milliseconds);
        text.Append("# TYPE istio_request_bytes histogram\n");
        foreach (var entry in read) Histogram(text, "istio_request_bytes", entry.Labels, entry.RequestBytes);
        text.Append("# TYPE istio_response_bytes histogram\n");
        foreach (var entry in read) Histogram(text, "istio_response_bytes", entry.Labels, entry.ResponseBytes);
        return text.ToString();
    }

    private static void Histogram(StringBuilder text, string name, string labels, HistogramState state)
    {
        foreach (var (bound, count) in state.Cumulative)
        {
            var le = double.IsInfinity(bound) ? "+Inf" : bound.ToString(CultureInfo.InvariantCulture);
            Line(text, $"{name}_bucket", $"{labels},le=\"{le}\"", count);
        }

        Line(text, $"{name}_sum", labels, state.Sum);
        Line(text, $"{name}_count", labels, state.Count);
    }

    private static void Line(StringBuilder text, string name, string labels, double value) =>
        text.Append(name).Append('{').Append(labels).Append("} ").Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');

    private static string Labels(RequestLabels labels)
    {
        (string Name, string Value)[] pairs =
        [
            ("reporter", "source"),
            ("source_workload", labels.SourceWorkload), ("source_workload_namespace", labels.SourceNamespace),
            ("source_principal", "unknown"),
            ("source_app", labels.SourceApp), ("source_version", labels.SourceVersion), ("source_cluster", "Kubernetes"),
            ("source_canonical_service", labels.SourceApp), ("source_canonical_revision", labels.SourceVersion),
            ("destination_workload", labels.DestinationWorkload), ("destination_workload_namespace", labels.DestinationWorkloadNamespace),
            ("destination_principal", "unknown"), ("destination_app", labels.DestinationApp),
            ("destination_version", labels.DestinationVersion),
            ("destination_service", labels.DestinationService), ("destination_service_name", labels.DestinationServiceName),
            ("destination_service_namespace", labels.DestinationServiceNamespace), ("destination_cluster", "Kubernetes"),
            ("destination_canonical_service", labels.DestinationCanonicalService),
            ("destination_canonical_revision", labels.DestinationCanonicalRevision),
            ("request_protocol", "http"), ("response_code", labels.ResponseCode.ToString(CultureInfo.InvariantCulture)),
            ("grpc_response_status", ""),
            ("response_flags", labels.ResponseFlags), ("connection_security_policy", "unknown"),
        ];
        return string.Join(',', Array.ConvertAll(pairs, pair => $"{pair.Name}=\"{Escape(pair.Value)}\""));
    }

    private static string Escape(string value) => value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
}
