using System.Collections.Generic;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Kinds;

/// <summary>Gives each Service its cluster IP out of 10.96.0.0/16, keeps it for life and takes it back.</summary>
internal sealed class ServiceHandling : KindHandling
{
    private readonly HashSet<string> _taken = new(System.StringComparer.Ordinal);
    private int _lastGiven = 256;

    public override bool AnswersDeletionWithObject => true;

    public override bool KeepsMetadataOnStatus => true;

    public override JsonObject? InitialStatus(JsonObject obj) => new() { ["loadBalancer"] = new JsonObject() };

    public override void PrepareCreate(JsonObject obj, bool isDryRun)
    {
        if (obj["spec"] is not JsonObject spec || spec.Text("type") == "ExternalName")
            return;

        spec["ipFamilies"] ??= new JsonArray("IPv4");
        spec["ipFamilyPolicy"] ??= "SingleStack";
        spec["internalTrafficPolicy"] ??= "Cluster";
        var asked = spec.Text("clusterIP") ?? "";
        if (asked.Length == 0)
            spec["clusterIP"] = asked = isDryRun ? "10.96.0.0" : Next();
        spec["clusterIPs"] = new JsonArray(asked);
    }

    public override void PrepareUpdate(JsonObject obj, JsonObject old)
    {
        if (obj["spec"] is not JsonObject spec || old.Child("spec") is not { } before)
            return;

        foreach (var member in new[] { "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy" })
        {
            if (spec[member] is null)
                spec.TakeFrom(before, member);
        }
    }

    public override void Validate(JsonObject obj, JsonObject? old, List<FieldCause> causes)
    {
        var address = obj.Child("spec")?.Text("clusterIP") ?? "";
        if (old is null && _taken.Contains(address) && causes.Count == 0)
        {
            causes.Add(FieldCause.Invalid(
                "spec.clusterIPs", $"[]string{{\"{address}\"}}", $"failed to allocate IP {address}: provided IP is already allocated"));
        }
    }

    public override void Stored(JsonObject obj)
    {
        if (obj.Child("spec")?.Text("clusterIP") is { } address && IPAddress.TryParse(address, out _))
            _taken.Add(address);
    }

    public override void Removed(JsonObject obj)
    {
        if (obj.Child("spec")?.Text("clusterIP") is { } address)
            _taken.Remove(address);
    }

    private string Next()
    {
        string address;
        do
        {
            _lastGiven = _lastGiven < 65534 ? _lastGiven + 1 : 257;
            address = string.Create(CultureInfo.InvariantCulture, $"10.96.{_lastGiven >> 8}.{_lastGiven & 255}");
        }
        while (_taken.Contains(address));
        return address;
    }
}
