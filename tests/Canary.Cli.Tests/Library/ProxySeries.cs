using System;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Canary.Cli.Tests.Library;

/// <summary>
/// Series of a preset as the proxy writes them, with all of their labels: ten requests a second for the canary of checkout in shop, one in
/// twenty of which fails, and beside them others that must not be counted.
/// </summary>
/// <param name="Preset">The preset.</param>
/// <param name="Counter">Counter of requests.</param>
/// <param name="Labels">Its labels, those of the histogram among them; <c>%</c> stands for what says how a request ended.</param>
/// <param name="Good">Labels of a request that was answered.</param>
/// <param name="Failed">Labels of one that failed.</param>
/// <param name="Histogram">Histogram of durations.</param>
/// <param name="Unit">Milliseconds of its unit.</param>
/// <param name="Others">What to put in the place of what, to get series of others: of stable, of another namespace, of the other side of a
/// connection.</param>
internal sealed record ProxySeries(string Preset, string Counter, string Labels, string Good, string Failed, string Histogram, double Unit,
    params (string From, string To)[] Others)
{
    private const int Every = 15;
    private const int Seconds = 600;

    private const string Mesh =
        "source_workload=\"web\",source_workload_namespace=\"shop\",source_canonical_service=\"web\",source_canonical_revision=\"latest\",source_principal=\"spiffe://cluster.local/ns/shop/sa/web\","
        + "source_app=\"web\",source_cluster=\"Kubernetes\",destination_workload=\"checkout-canary\",destination_workload_namespace=\"shop\",destination_principal=\"spiffe://cluster.local/ns/shop/sa/checkout\","
        + "destination_app=\"checkout\",destination_version=\"v2\",destination_service=\"checkout-canary.shop.svc.cluster.local\",destination_canonical_service=\"checkout\",destination_canonical_revision=\"v2\","
        + "destination_service_name=\"checkout-canary\",destination_service_namespace=\"shop\",destination_cluster=\"Kubernetes\",connection_security_policy=\"unknown\",";

    private const string Http = "reporter=\"source\",request_protocol=\"http\"," + Mesh + "%";
    private const string Grpc = "reporter=\"source\",request_protocol=\"grpc\"," + Mesh + "%";
    private const string Outside =
        "reporter=\"destination\",request_protocol=\"http\",source_workload=\"unknown\",source_workload_namespace=\"unknown\",source_principal=\"unknown\",source_app=\"unknown\","
        + "destination_workload=\"checkout-canary\",destination_workload_namespace=\"shop\",destination_app=\"checkout\",destination_version=\"v2\",destination_service=\"checkout.shop.svc.cluster.local\","
        + "destination_service_name=\"checkout\",destination_service_namespace=\"shop\",destination_canonical_service=\"checkout\",destination_canonical_revision=\"v2\",connection_security_policy=\"none\",%";

    private const string Istio = "istio_requests_total";
    private const string IstioDurations = "istio_request_duration_milliseconds";
    private const string Envoy = "envoy_cluster_upstream_rq";
    private const string EnvoyDurations = "envoy_cluster_upstream_rq_time";
    private const string EnvoyGood = "envoy_response_code=\"200\"";
    private const string EnvoyFailed = "envoy_response_code=\"503\"";
    private const string HttpGood = "response_code=\"200\",response_flags=\"-\"";
    private const string HttpFailed = "response_code=\"503\",response_flags=\"UF\"";
    private const string GrpcGood = "response_code=\"200\",grpc_response_status=\"0\",response_flags=\"-\"";
    private const string GrpcFailed = "response_code=\"200\",grpc_response_status=\"14\",response_flags=\"-\"";
    private const string Parent =
        "parent_group=\"core\",parent_kind=\"Service\",parent_namespace=\"shop\",parent_name=\"checkout\",parent_port=\"80\",route_group=\"gateway.networking.k8s.io\",route_namespace=\"shop\",route_name=\"checkout\","
        + "backend_group=\"core\",backend_kind=\"Service\",backend_namespace=\"shop\",backend_name=\"checkout-canary\",backend_port=\"80\",namespace=\"web\",pod=\"web-5d7f9c-x2lq8\",deployment=\"web\",%";

    /// <summary>One for every preset.</summary>
    public static readonly ProxySeries[] All =
    [
        new("istio-workload", Istio, Http, HttpGood, HttpFailed, IstioDurations, 1, ("checkout-canary", "checkout-stable"),
            ("shop", "other"), ("reporter=\"source\"", "reporter=\"destination\"")),
        new("istio-service", Istio, Http, HttpGood, HttpFailed, IstioDurations, 1, ("checkout-canary", "checkout-stable"),
            ("shop", "other"), ("reporter=\"source\"", "reporter=\"destination\"")),
        new("istio-version", Istio, Http, HttpGood, HttpFailed, IstioDurations, 1, ("\"v2\"", "\"v1\""), ("shop", "other"),
            ("reporter=\"source\"", "reporter=\"destination\"")),
        new("istio-inbound", Istio, Outside, HttpGood, "response_code=\"500\",response_flags=\"-\"", IstioDurations, 1,
            ("checkout-canary", "checkout-stable"), ("shop", "other"), ("reporter=\"destination\"", "reporter=\"source\"")),
        new("istio-waypoint", Istio, Http.Replace("reporter=\"source\"", "reporter=\"waypoint\"", StringComparison.Ordinal), HttpGood,
            HttpFailed, IstioDurations, 1, ("checkout-canary", "checkout-stable"), ("reporter=\"waypoint\"", "reporter=\"source\"")),
        new("istio-gateway", Istio, Http.Replace("source_workload=\"web\"", "source_workload=\"gateway\"", StringComparison.Ordinal),
            HttpGood, HttpFailed, IstioDurations, 1, ("checkout-canary", "checkout-stable"),
            ("source_workload=\"gateway\"", "source_workload=\"web\"")),
        new("grpc-workload", Istio, Grpc, GrpcGood, GrpcFailed, IstioDurations, 1, ("checkout-canary", "checkout-stable"),
            ("request_protocol=\"grpc\"", "request_protocol=\"http\"")),
        new("grpc-service", Istio, Grpc, GrpcGood, GrpcFailed, IstioDurations, 1, ("checkout-canary", "checkout-stable"),
            ("request_protocol=\"grpc\"", "request_protocol=\"http\"")),
        new("grpc-version", Istio, Grpc, GrpcGood, GrpcFailed, IstioDurations, 1, ("\"v2\"", "\"v1\""),
            ("request_protocol=\"grpc\"", "request_protocol=\"http\"")),
        new("grpc-inbound", Istio, Outside.Replace("\"http\"", "\"grpc\"", StringComparison.Ordinal), GrpcGood, GrpcFailed, IstioDurations,
            1, ("checkout-canary", "checkout-stable"), ("reporter=\"destination\"", "reporter=\"source\"")),
        new("linkerd", "outbound_http_route_backend_response_statuses_total", Parent + ",route_kind=\"HTTPRoute\"", "http_status=\"200\"",
            "http_status=\"503\"", "outbound_http_route_backend_response_duration_seconds", 1000,
            ("checkout-canary", "checkout-stable"), ("shop", "other")),
        new("linkerd-grpc", "outbound_grpc_route_backend_response_statuses_total", Parent + ",route_kind=\"GRPCRoute\"",
            "grpc_status=\"OK\"", "grpc_status=\"UNAVAILABLE\"", "outbound_grpc_route_backend_response_duration_seconds", 1000,
            ("checkout-canary", "checkout-stable"), ("shop", "other")),
        new("linkerd-inbound", "response_total",
            "direction=\"inbound\",namespace=\"shop\",deployment=\"checkout-canary\",pod=\"checkout-canary-7f9c5d-abcde\",authority=\"checkout.shop.svc.cluster.local:80\",target_port=\"8080\",tls=\"true\",%",
            "classification=\"success\",status_code=\"200\"", "classification=\"failure\",status_code=\"500\"", "response_latency_ms", 1,
            ("checkout-canary", "checkout-stable"), ("\"inbound\"", "\"outbound\"")),
        new("traefik", "traefik_service_requests_total",
            "method=\"GET\",protocol=\"http\",service=\"shop-checkout-canary-80@kubernetescrd\",%", "code=\"200\"", "code=\"502\"",
            "traefik_service_request_duration_seconds", 1000,
            ("checkout-canary", "checkout-stable"), ("@kubernetescrd", "@kubernetes")),
        new("traefik-gateway-api", "traefik_service_requests_total",
            "method=\"GET\",protocol=\"http\",service=\"httproute-shop-checkout-gw-infra-gateway-ep-web-0-4a1f0c-svc-shop-checkout-canary-80@kubernetesgateway\",%", "code=\"200\"", "code=\"502\"",
            "traefik_service_request_duration_seconds", 1000, ("checkout-canary", "checkout-stable"),
            ("httproute-shop", "httproute-other")),
        new("nginx", "nginx_ingress_controller_requests",
            "controller_class=\"k8s.io/ingress-nginx\",controller_namespace=\"ingress\",controller_pod=\"ingress-0\",host=\"shop.example\",path=\"/\",method=\"GET\",namespace=\"shop\",ingress=\"shop\",service=\"checkout-stable\",canary=\"shop-checkout-canary-80\",%",
            "status=\"200\"", "status=\"503\"", "nginx_ingress_controller_request_duration_seconds", 1000,
            ("canary=\"shop-checkout-canary-80\"", "canary=\"\""), ("namespace=\"shop\"", "namespace=\"other\"")),
        new("contour", Envoy, "envoy_cluster_name=\"shop_checkout-canary_80\",namespace=\"projectcontour\",pod=\"envoy-1\",%", EnvoyGood,
            EnvoyFailed, EnvoyDurations, 1, ("checkout-canary", "checkout-stable"), ("shop", "other")),
        new("gloo", Envoy, "envoy_cluster_name=\"checkout-canary-80_gloo-system\",namespace=\"gloo-system\",pod=\"gateway-proxy-1\",%",
            EnvoyGood, EnvoyFailed, EnvoyDurations, 1, ("checkout-canary", "checkout-stable")),
        new("kuma", Envoy,
            "envoy_cluster_name=\"checkout-canary_shop_svc_80\",mesh=\"default\",dataplane=\"web-1.shop\",kuma_io_service=\"web_shop_svc_80\",%", EnvoyGood, EnvoyFailed, EnvoyDurations, 1, ("checkout-canary", "checkout-stable"), ("_shop_svc_80\",mesh", "_other_svc_80\",mesh")),
        new("envoy-gateway", Envoy,
            "envoy_cluster_name=\"httproute/shop/checkout/rule/0/backend/1\",namespace=\"envoy-gateway-system\",pod=\"envoy-1\",%",
            EnvoyGood, EnvoyFailed, EnvoyDurations, 1, ("backend/1", "backend/0"), ("shop", "other")),
        new("envoy", Envoy, "envoy_cluster_name=\"checkout-canary\",pod=\"edge-1\",%", EnvoyGood, EnvoyFailed, EnvoyDurations, 1,
            ("checkout-canary", "checkout-stable")),
        new("knative", Envoy, "envoy_cluster_name=\"shop/checkout-00002\",namespace=\"kourier-system\",pod=\"3scale-kourier-gateway-1\",%",
            EnvoyGood, EnvoyFailed, EnvoyDurations, 1, ("checkout-00002", "checkout-00001")),
        new("appmesh", Envoy,
            "appmesh_mesh=\"global\",appmesh_virtual_node=\"checkout-canary_shop\",envoy_cluster_name=\"cds_ingress_global_checkout_http_8080\",kubernetes_namespace=\"shop\",kubernetes_pod_name=\"checkout-canary-6d9f7c9b5-x2lq8\",%", EnvoyGood, EnvoyFailed, EnvoyDurations, 1,
            ("checkout-canary", "checkout-stable"), ("kubernetes_namespace=\"shop\"", "kubernetes_namespace=\"other\"")),
        new("appmesh/operator", Envoy,
            "appmesh_mesh=\"global\",appmesh_virtual_node=\"checkout-canary_shop\",envoy_cluster_name=\"cds_ingress_global_checkout_http_8080\",namespace=\"shop\",pod=\"checkout-canary-6d9f7c9b5-x2lq8\",job=\"shop/envoy\",%", EnvoyGood, EnvoyFailed, EnvoyDurations, 1,
            ("checkout-canary", "checkout-stable"), (",namespace=\"shop\"", ",namespace=\"other\"")),
        new("apisix", "apisix_http_status",
            "route=\"shop_checkout_rule1\",matched_uri=\"/*\",matched_host=\"shop.example\",node=\"10.1.0.7\",instance=\"10.0.9.1:9091\",%",
            "code=\"200\"", "code=\"503\"", "apisix_http_latency", 1, ("10.1.0.7", "10.2.0.7")),
        new("apisix-route", "apisix_http_status",
            "route=\"shop_checkout_canary\",matched_uri=\"/*\",matched_host=\"shop.example\",node=\"10.1.0.7\",instance=\"10.0.9.1:9091\",%", "code=\"200\"", "code=\"503\"", "apisix_http_latency", 1, ("shop_checkout_canary", "shop_checkout_stable")),
        new("app-http", "http_request_duration_seconds_count",
            "namespace=\"shop\",pod=\"checkout-canary-7f9c5d-abcde\",container=\"app\",job=\"checkout\",method=\"GET\",path=\"/\",%",
            "status=\"200\"", "status=\"500\"", "http_request_duration_seconds", 1000,
            ("checkout-canary", "checkout-stable"), ("namespace=\"shop\"", "namespace=\"other\"")),
        new("app-http/kubernetes", "http_request_duration_seconds_count",
            "kubernetes_namespace=\"shop\",kubernetes_pod_name=\"checkout-canary-7f9c5d-abcde\",app=\"checkout\",pod_template_hash=\"7f9c5d\",job=\"kubernetes-pods\",method=\"GET\",path=\"/\",%", "status=\"200\"", "status=\"500\"", "http_request_duration_seconds", 1000,
            ("checkout-canary", "checkout-stable"), ("kubernetes_namespace=\"shop\"", "kubernetes_namespace=\"other\"")),
        new("app-otel", "http_server_request_duration_seconds_count",
            "namespace=\"shop\",pod=\"checkout-canary-7f9c5d-abcde\",http_request_method=\"GET\",http_route=\"/\",network_protocol_version=\"1.1\",url_scheme=\"http\",%", "http_response_status_code=\"200\"", "http_response_status_code=\"500\"",
            "http_server_request_duration_seconds", 1000, ("checkout-canary", "checkout-stable"),
            ("namespace=\"shop\"", "namespace=\"other\"")),
        new("app-otel/kubernetes", "http_server_request_duration_seconds_count",
            "kubernetes_namespace=\"shop\",kubernetes_pod_name=\"checkout-canary-7f9c5d-abcde\",http_request_method=\"GET\",http_route=\"/\",url_scheme=\"http\",%", "http_response_status_code=\"200\"", "http_response_status_code=\"500\"",
            "http_server_request_duration_seconds", 1000, ("checkout-canary", "checkout-stable"),
            ("kubernetes_namespace=\"shop\"", "kubernetes_namespace=\"other\"")),
        new("osm", "osm_request_total",
            "source_namespace=\"web\",source_kind=\"Deployment\",source_name=\"web\",source_pod=\"web-1\",destination_namespace=\"shop\",destination_kind=\"Deployment\",destination_name=\"checkout-canary\",destination_pod=\"checkout-canary-1\",%", "response_code=\"200\"", "response_code=\"503\"",
            "osm_request_duration_ms", 1, ("destination_name=\"checkout-canary\"", "destination_name=\"checkout-stable\""),
            ("destination_namespace=\"shop\"", "destination_namespace=\"other\"")),
        new("skipper", "skipper_response_duration_seconds_count",
            "method=\"GET\",route=\"kube_shop__shop__shop_example____checkout_canary\",%", "code=\"200\"", "code=\"503\"",
            "skipper_response_duration_seconds", 1000, ("checkout_canary", "checkout_stable"), ("kube_shop", "kube_other")),
    ];

    /// <summary>The series, sample by sample.</summary>
    public string Text(DateTimeOffset start)
    {
        var text = new StringBuilder();
        foreach (var (labels, isOwn) in Others.Select(other => (Labels.Replace(other.From, other.To, StringComparison.Ordinal), false))
            .Prepend((Labels, true)))
        {
            Write(text, Counter, labels.Replace("%", Good, StringComparison.Ordinal), isOwn ? 9.5 : 70, start);
            Write(text, Counter, labels.Replace("%", Failed, StringComparison.Ordinal), isOwn ? 0.5 : 70, start);
            foreach (var (bound, below) in new[] { (100.0, isOwn ? 9.9 : 0), (250.0, isOwn ? 10 : 0),
                (double.PositiveInfinity, isOwn ? 10.0 : 140) })
            {
                var le = double.IsInfinity(bound) ? "+Inf" : (bound / Unit).ToString(CultureInfo.InvariantCulture);
                var with = Preset.StartsWith("apisix", StringComparison.Ordinal) ? "type=\"upstream\"" : Good;
                var labelled = labels.Replace("%", with, StringComparison.Ordinal);
                Write(text, Histogram + "_bucket", $"{labelled},le=\"{le}\"", below, start);
            }
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, string metric, string labels, double rate, DateTimeOffset start)
    {
        for (var at = 0; at <= Seconds; at += Every)
            text.Append(CultureInfo.InvariantCulture,
                $"{metric}{{{labels}}} {Math.Round(rate * at, 6)} {start.AddSeconds(at).ToUnixTimeSeconds()}\n");
    }
}
