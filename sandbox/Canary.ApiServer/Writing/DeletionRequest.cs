using System.Collections.Generic;
using System.Globalization;
using System.Text.Json.Nodes;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Writing;

/// <summary>What a DELETE asks for, in its query or its body.</summary>
internal sealed record DeletionRequest(Propagation? Propagation, string? Uid, string? ResourceVersion, long? GracePeriodSeconds,
    bool IsDryRun)
{
    public static readonly DeletionRequest Default = new(null, null, null, null, false);

    public static DeletionRequest Parse(ReceivedRequest request)
    {
        var body = Body(request);
        var causes = new List<FieldCause>();
        var asked = body.Text("propagationPolicy") ?? request.QueryText("propagationPolicy");
        Propagation? propagation = asked switch
        {
            "Background" => Writing.Propagation.Background,
            "Foreground" => Writing.Propagation.Foreground,
            "Orphan" => Writing.Propagation.Orphan,
            _ => null,
        };
        if (asked is not (null or "") && propagation is null)
        {
            causes.Add(FieldCause.Unsupported(
                "propagationPolicy", FieldCause.Quoted(asked), "\"Foreground\", \"Background\", \"Orphan\", \"nil\""));
        }

        var orphans = body["orphanDependents"] is { } given ? given.ToJsonString() == "true" : (bool?)null;
        if (orphans is not null && asked is not null)
        {
            causes.Add(FieldCause.Invalid(
                "propagationPolicy", FieldCause.Quoted(asked), "orphanDependents and deletionPropagation cannot be both set"));
        }

        var dryRun = request.QueryText("dryRun") ?? (body["dryRun"] as JsonArray)?[0]?.GetValue<string>();
        if (dryRun is not (null or "All"))
            causes.Add(FieldCause.Unsupported("dryRun", $"[]string{{\"{dryRun}\"}}", "\"All\""));
        if (causes.Count > 0)
            throw ApiRefusal.Invalid("meta.k8s.io", "DeleteOptions", "", causes);

        var preconditions = body.Child("preconditions");
        return new DeletionRequest(
            propagation ?? (orphans == true ? Writing.Propagation.Orphan : null),
            preconditions?.Text("uid"),
            preconditions?.Text("resourceVersion"),
            body.Whole("gracePeriodSeconds") ?? Number(request.QueryText("gracePeriodSeconds")),
            dryRun == "All");
    }

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static JsonObject Body(ReceivedRequest request)
    {
        if (request.Body.Length == 0)
            return [];

        var body = BodyReader.Parse(request, "DeleteOptions", request.BodyType == "application/yaml").Root as JsonObject ?? [];
        if (body.Text("kind") is { } kind and not "DeleteOptions")
        {
            throw ApiRefusal.Internal(
                $"no kind \"{kind}\" is registered for version \"{body.Text("apiVersion")}\" in scheme "
                + "\"k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27\"");
        }

        return body;
    }
}
