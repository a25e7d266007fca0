using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Red;

/// <summary>The presets: which series each proxy emits, and which labels tell a variant apart.</summary>
internal static class RedPresets
{
    private const string IstioDurations = "istio_request_duration_milliseconds_bucket";

    // Unknown, deadline exceeded, resource exhausted, unimplemented, internal, unavailable, data loss: the statuses that are a server's
    // fault.
    private const string GrpcFailed = "grpc_response_status=~\"2|4|8|12|13|14|15\"";

    private const string Grpc = "request_protocol=\"grpc\"";

    // No status at all is a failure, except where the client went away (flag DC): that is nobody's fault here.
    private static readonly RedSeries Istio = new("istio_requests_total", IstioDurations,
        "response_code=~\"5..|0\",response_flags!=\"DC\"")
    {
        Always = ["reporter=~\"source|waypoint\""],
        Inbound = ["reporter=\"destination\""]
    };

    private static readonly RedSeries Waypoint = Istio with { Always = ["reporter=\"waypoint\""], Inbound = null };

    private static readonly RedSeries Gateway = Istio with { Always = ["reporter=\"source\""], Inbound = null };

    // What the side's own proxies see: requests of callers without a proxy too, and none that never reached a pod.
    private static readonly RedSeries Inbound = Istio with { Always = ["reporter=\"destination\""], Inbound = null };

    private static readonly RedSeries _grpc =
        Istio with { Failed = GrpcFailed, Always = [.. Istio.Always, Grpc], Inbound = [.. Inbound.Always, Grpc] };

    private static readonly RedSeries GrpcInbound = Inbound with { Failed = GrpcFailed, Always = [.. Inbound.Always, Grpc] };

    // The buckets that Linkerd's proxies have.
    private static readonly double[] LinkerdBounds = [1, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];

    private static readonly RedSeries _linkerd =
        new("outbound_http_route_backend_response_statuses_total", "outbound_http_route_backend_response_duration_seconds_bucket", "")
        {
            // A stream that broke may have no status at all, so the good ones are counted.
            Good = "http_status=~\"[1-4]..\",error=\"\"",
            Always = ["parent_kind=\"Service\""],
            IsInSeconds = true,
            Bounds = [25, 50, 100, 250, 500, 1000, 10000],
        };

    private static readonly RedSeries LinkerdGrpc =
        new("outbound_grpc_route_backend_response_statuses_total", "outbound_grpc_route_backend_response_duration_seconds_bucket", "")
        {
            Good = "grpc_status!~\"|UNKNOWN|DEADLINE_EXCEEDED|RESOURCE_EXHAUSTED|UNIMPLEMENTED|INTERNAL|UNAVAILABLE|DATA_LOSS\",error=\"\"",
            Always = ["parent_kind=\"Service\""],
            IsInSeconds = true,
            Bounds = [25, 50, 100, 250, 500, 1000, 10000],
        };

    private static readonly RedSeries LinkerdInbound = new("response_total", "response_latency_ms_bucket",
        "classification=\"failure\"")
    { Always = ["direction=\"inbound\""], Bounds = LinkerdBounds };

    private static readonly RedSeries Traefik =
        new("traefik_service_requests_total", "traefik_service_request_duration_seconds_bucket", "code=~\"5..\"")
        {
            IsInSeconds = true,
            Bounds = [100, 300, 1200, 5000],
        };

    private static readonly RedSeries Nginx = new("nginx_ingress_controller_requests",
        "nginx_ingress_controller_request_duration_seconds_bucket", "status=~\"5.*\"")
    { IsInSeconds = true };

    private static readonly RedSeries Envoy =
        new("envoy_cluster_upstream_rq", "envoy_cluster_upstream_rq_time_bucket", "envoy_response_code=~\"5..\"");

    private static readonly RedSeries Apisix =
        new("apisix_http_status", "apisix_http_latency_bucket", "code=~\"5..\"") { OfDurations = ["type=\"upstream\""] };

    private static readonly RedSeries Http =
        new("http_request_duration_seconds_count", "http_request_duration_seconds_bucket", "status=~\"5.*\"") { IsInSeconds = true };

    private static readonly RedSeries OpenTelemetry = new("http_server_request_duration_seconds_count",
        "http_server_request_duration_seconds_bucket", "http_response_status_code=~\"5..\"")
    {
        IsInSeconds = true,
    };

    private static readonly RedSeries OpenServiceMesh = new("osm_request_total", "osm_request_duration_ms_bucket",
        "response_code=~\"5.*\"")
    { Always = ["destination_kind=\"Deployment\""] };

    private static readonly RedSeries Skipper =
        new("skipper_response_duration_seconds_count", "skipper_response_duration_seconds_bucket", "code=~\"5..\"") { IsInSeconds = true };

    private static readonly EquatableArray<Argument> Port = [new("port", "80")];

    public static readonly EquatableArray<RedPreset> All =
    [
        new("istio-workload", "Istio: each side is a Deployment", Istio, ["ns", "workload"],
            IstioWorkload) { InboundKey = "istio-inbound" },
        new("istio-service", "Istio: each side is a Service", Istio, ["ns", "svc"],
            IstioService) { InboundKey = "istio-inbound" },
        new("istio-version", "Istio: each side is a subset of one Service", Istio, ["ns", "svc", "subset_ver"],
            IstioVersion) { InboundKey = "istio-inbound" },
        new("istio-inbound", "Istio: each side is a Deployment, measured by its own proxies, for callers outside of the mesh", Inbound,
            ["ns", "workload"], IstioWorkload),
        new("istio-waypoint", "Istio in ambient mode: measured by the waypoint proxy", Waypoint, ["ns", "svc"], IstioService),
        new("istio-gateway", "Istio: the requests that one ingress gateway sends to the side's Service", Gateway, ["ns", "svc", "gateway"],
            static subject => [.. IstioService(subject), new("source_workload", subject["gateway"])]),
        new("grpc-workload", "gRPC on Istio, by grpc_response_status: each side is a Deployment", _grpc, ["ns", "workload"],
            IstioWorkload) { InboundKey = "grpc-inbound" },
        new("grpc-service", "gRPC on Istio, by grpc_response_status: each side is a Service", _grpc, ["ns", "svc"],
            IstioService) { InboundKey = "grpc-inbound" },
        new("grpc-version", "gRPC on Istio, by grpc_response_status: each side is a subset of one Service", _grpc,
            ["ns", "svc", "subset_ver"], IstioVersion) { InboundKey = "grpc-inbound" },
        new("grpc-inbound", "gRPC on Istio: each side is a Deployment, measured by its own proxies, for callers outside of the mesh",
            GrpcInbound, ["ns", "workload"], IstioWorkload),
        new("linkerd", "Linkerd: backends of an HTTPRoute, measured by the clients' proxies", _linkerd, ["ns", "svc", "apex"], Linkerd),
        new("linkerd-grpc", "Linkerd: backends of a GRPCRoute, measured by the clients' proxies", LinkerdGrpc,
            ["ns", "svc", "apex"], Linkerd),
        new("linkerd-inbound", "Linkerd: Deployments, measured by their own proxies", LinkerdInbound, ["ns", "workload"], static subject =>
            [new("namespace", subject["ns"]), new("deployment", subject["workload"])]),
        new("traefik", "Traefik, Services of a weighted TraefikService", Traefik, ["ns", "svc"], static subject =>
            [new("service", $"{subject["ns"]}-{subject["svc"]}-{subject["port"]}@kubernetescrd")]) { Defaults = Port },
        new("traefik-gateway-api", "Traefik, backends of an HTTPRoute", Traefik, ["ns", "svc", "route"], static subject =>
            [new("service",
                $"httproute-{subject.Literal("ns")}-{subject.Literal("route")}-gw-.*-svc-"
                    + $"{subject.Literal("ns")}-{subject.Literal("svc")}-[0-9]+@kubernetesgateway", true)]),
        new("nginx", "ingress-nginx, the main Ingress and its canary", Nginx, ["ns", "svc", "ingress"],
            static subject => subject.Side == RedSide.Canary
            ? [new("namespace", subject["ns"]), new("ingress", subject["ingress"]),
                new("canary", $"{subject["ns"]}-{subject["svc"]}-{subject["port"]}")]
            : [new("namespace", subject["ns"]), new("ingress", subject["ingress"]), new("service", subject["svc"]),
                new("canary", "")]) { Defaults = Port },
        new("contour", "Contour, in all its modes", Envoy, ["ns", "svc"],
            static subject => [new("envoy_cluster_name", $"{subject["ns"]}_{subject["svc"]}_{subject["port"]}")]) { Defaults = Port },
        new("gloo", "Gloo Gateway, Upstreams", Envoy, ["upstream", "upstream_ns"],
            static subject => [new("envoy_cluster_name", $"{subject["upstream"]}_{subject["upstream_ns"]}")]),
        new("kuma", "Kuma: measured by the clients' data planes", Envoy, ["ns", "svc"], static subject =>
            [new("envoy_cluster_name",
                $"({subject.Literal("svc")}_{subject.Literal("ns")}_svc_{subject.Literal("port")}.*|kri_msvc_.*_"
                    + $"{subject.Literal("ns")}_{subject.Literal("svc")}_.*)", true)]) { Defaults = Port },
        new("envoy-gateway", "Envoy Gateway: each backend has its own cluster", Envoy, ["ns", "route", "rule", "backend_index"],
            static subject =>
            [new("envoy_cluster_name",
                $"httproute/{subject["ns"]}/{subject["route"]}/rule/{subject["rule"]}/backend/{subject["backend_index"]}")]),
        new("envoy", "Any Envoy, by the name of the cluster", Envoy, ["cluster"],
            static subject => [new("envoy_cluster_name", subject["cluster"])]),
        new("knative", "Knative, by revision", Envoy, ["ns", "revision"],
            static subject => [new("envoy_cluster_name", $"{subject["ns"]}/{subject["revision"]}")]),
        new("appmesh", "App Mesh, by the pods of a Deployment", Envoy, ["ns", "workload"], static subject =>
            [OfPod("kubernetes_namespace", subject["ns"]),
                OfPod("kubernetes_pod_name", $"{subject.Literal("workload")}-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)", true)]),
        new("apisix", "APISIX, by the addresses of the side's pods", Apisix, ["pod_ip_re"],
            static subject => [new("node", subject["pod_ip_re"], true)]),
        new("apisix-route", "APISIX: each side has its own route", Apisix, ["route"],
            static subject => [new("route", subject["route"])]),
        new("app-http", "The application's own http_request_duration_seconds", Http, ["ns", "workload"], Pods),
        new("app-otel", "The application's own http_server_request_duration_seconds (OpenTelemetry, ASP.NET Core)", OpenTelemetry,
            ["ns", "workload"], Pods),
        new("osm", "Open Service Mesh, by Deployment", OpenServiceMesh, ["ns", "workload"], static subject =>
            [new("destination_namespace", subject["ns"]), new("destination_name", subject["workload"])]),
        new("skipper", "Skipper, routes of an Ingress", Skipper, ["ns", "ingress", "svc"], static subject =>
            [new("route", $"kube(ew)?_{Word(subject["ns"])}__{Word(subject["ingress"])}__.*__{Word(subject["svc"])}(_[0-9]+)?", true)]),
    ];

    private static RedMatch[] IstioWorkload(RedSubject subject) =>
        [new("destination_workload_namespace", subject["ns"]), new("destination_workload", subject["workload"])];

    private static RedMatch[] IstioService(RedSubject subject) =>
        [new("destination_service", $"{subject["svc"]}.{subject["ns"]}.svc.cluster.local")];

    private static RedMatch[] IstioVersion(RedSubject subject) =>
        [.. IstioService(subject), new("destination_canonical_revision", subject["subset_ver"])];

    private static RedMatch[] Linkerd(RedSubject subject) =>
        [new("parent_namespace", subject["ns"]), new("parent_name", subject["apex"]), new("backend_namespace", subject["ns"]),
            new("backend_name", subject["svc"])];

    // Pods of a Deployment: its name, the hash of its ReplicaSet, five characters more.
    private static RedMatch[] Pods(RedSubject subject) =>
        [OfPod("namespace", subject["ns"]), OfPod("pod", $"{subject.Literal("workload")}-[0-9a-z]+-[0-9a-z]{{5}}", true)];

    private static RedMatch OfPod(string label, string value, bool isPattern = false) => new(label, value, isPattern) { IsOfPod = true };

    // Skipper writes all but letters and digits as one line below.
    private static string Word(string name) => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
}
