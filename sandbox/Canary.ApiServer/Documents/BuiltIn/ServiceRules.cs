using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.BuiltIn;

/// <summary>Rules of Services and EndpointSlices.</summary>
internal static class ServiceRules
{
    private static readonly IPNetwork Loopback = new(IPAddress.Parse("127.0.0.0"), 8);
    private static readonly IPNetwork LinkLocal = new(IPAddress.Parse("169.254.0.0"), 16);

    public static IReadOnlyList<FieldError> Service(JsonObject obj, JsonObject? old)
    {
        var errors = new List<FieldError>();
        var spec = obj.Member("spec");
        var type = spec.Member("type").Text();
        var headless = spec.Member("clusterIP").Text() == "None";
        if (type is not ("ClusterIP" or "NodePort" or "LoadBalancer" or "ExternalName"))
            errors.Add(FieldError.NotSupported("spec.type", GoFormat.Value(spec.Member("type")),
                "\"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\""));
        var ports = KindDefaults.Items(spec.Member("ports")).ToList();
        if (ports.Count == 0 && !headless && type != "ExternalName")
            errors.Add(FieldError.Required("spec.ports"));
        for (var i = 0; i < ports.Count; i++)
            Port(ports, i, errors);
        if (spec.Member("sessionAffinity").Text() is not (null or "None" or "ClientIP"))
            errors.Add(
                FieldError.NotSupported("spec.sessionAffinity", GoFormat.Value(spec.Member("sessionAffinity")), "\"ClientIP\", \"None\""));
        if (old.At("spec", "clusterIP").Text() is { Length: > 0 } before && spec.Member("clusterIP").Text() is var now && now != before
            && old.At("spec", "type").Text() != "ExternalName" && type != "ExternalName")
            errors.Add(FieldError.Invalid("spec.clusterIPs[0]", $"[]string{{{GoFormat.Quoted(now ?? "")}}}", "may not change once set"));
        return errors;
    }

    private static void Port(List<JsonObject> ports, int index, List<FieldError> errors)
    {
        var port = ports[index];
        var path = $"spec.ports[{index.ToString(CultureInfo.InvariantCulture)}]";
        var name = port.Member("name").Text() ?? "";
        if (name.Length == 0 && ports.Count > 1)
            errors.Add(FieldError.Required($"{path}.name"));
        else if (name.Length > 0)
        {
            errors.AddRange(NameRules.Dns1123Label(name).Select(wrong => FieldError.Invalid($"{path}.name", GoFormat.Quoted(name), wrong)));
            if (ports.Take(index).Any(other => other.Member("name").Text() == name))
                errors.Add(FieldError.Duplicate($"{path}.name", GoFormat.Quoted(name)));
        }

        if (port.Member("port").Whole() is not (>= 1 and <= 65535))
            errors.Add(FieldError.Invalid($"{path}.port", port.Member("port") is { } given ? GoFormat.Value(given)
                : "0", "must be between 1 and 65535, inclusive"));
        if (port.Member("protocol").Text() is not ("TCP" or "UDP" or "SCTP"))
            errors.Add(FieldError.NotSupported($"{path}.protocol", GoFormat.Value(port.Member("protocol")), "\"SCTP\", \"TCP\", \"UDP\""));
        if (port.Member("targetPort").Whole() is { } target and not (>= 1 and <= 65535))
            errors.Add(FieldError.Invalid($"{path}.targetPort", target.ToString(CultureInfo.InvariantCulture),
                "must be between 1 and 65535, inclusive"));
    }

    public static IReadOnlyList<FieldError> EndpointSlice(JsonObject obj, JsonObject? old)
    {
        var errors = new List<FieldError>();
        var type = obj.Member("addressType").Text();
        if (type is null or "")
            errors.Add(FieldError.Required("addressType"));
        else if (type is not ("IPv4" or "IPv6" or "FQDN"))
            errors.Add(FieldError.NotSupported("addressType", GoFormat.Quoted(type), "\"FQDN\", \"IPv4\", \"IPv6\""));
        if (old is not null && old.Member("addressType").Text() != type)
            errors.Add(KindRules.Immutable("addressType", GoFormat.Value(obj.Member("addressType"))));
        var endpoint = 0;
        foreach (var addresses in KindDefaults.Items(obj.Member("endpoints")).Select(item => item.Member("addresses")))
        {
            Endpoint(addresses as JsonArray ?? [], $"endpoints[{endpoint.ToString(CultureInfo.InvariantCulture)}].addresses", type, errors);
            endpoint++;
        }

        return errors;
    }

    private static void Endpoint(JsonArray addresses, string path, string? type, List<FieldError> errors)
    {
        if (addresses.Count == 0)
            errors.Add(FieldError.Required(path, "must contain at least 1 address"));
        for (var i = 0; i < addresses.Count; i++)
        {
            var field = $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]";
            var text = addresses[i].Text() ?? "";
            if (type is "IPv4" or "IPv6")
                errors.AddRange(Address(field, text, type == "IPv4" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6));
            else
                errors.AddRange(NameRules.Dns1123Subdomain(text).Select(wrong => FieldError.Invalid(field, GoFormat.Quoted(text), wrong)));
        }
    }

    private static IEnumerable<FieldError> Address(string field, string text, AddressFamily family)
    {
        var shown = GoFormat.Quoted(text);
        var known = IPAddress.TryParse(text, out var address)
            && (address.AddressFamily != AddressFamily.InterNetwork || text.Count(c => c == '.') == 3);
        if (!known || address!.AddressFamily != family)
            yield return FieldError.Invalid(field, shown,
                $"must be a valid {(family == AddressFamily.InterNetwork ? "IPv4" : "IPv6")} address");
        if (!known)
            yield return FieldError.Invalid(field, shown, "must be a valid IP address");
        else if (address!.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            yield return FieldError.Invalid(field, shown, $"may not be unspecified ({text})");
        else if (Loopback.Contains(address) || address.Equals(IPAddress.IPv6Loopback))
            yield return FieldError.Invalid(field, shown, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        else if (LinkLocal.Contains(address) || address.IsIPv6LinkLocal)
            yield return FieldError.Invalid(field, shown, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        else if (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [224, 0, 0, _])
            yield return FieldError.Invalid(field, shown, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
    }
}
