using System;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Reading;

/// <summary>Where a list goes on: after which key, and in the state of which revision (0: whatever there is).</summary>
internal sealed record ContinueToken(long Revision, string After)
{
    private const string Format = "meta.k8s.io/v1";

    public static ContinueToken Parse(string text)
    {
        var padded = text.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        padded += new string('=', (4 - (padded.Length % 4)) % 4);
        byte[] utf8;
        try
        {
            utf8 = Convert.FromBase64String(padded);
        }
        catch (FormatException)
        {
            throw Bad("illegal base64 data at input byte 0");
        }

        JsonObject? json;
        try
        {
            json = JsonNode.Parse(utf8) as JsonObject;
        }
        catch (JsonException)
        {
            throw Bad(BodyText.SyntaxError(utf8));
        }

        if (json?.Text("v") is not Format)
            throw Bad($"server does not recognize this encoded version {json?.Text("v")}");
        return new ContinueToken(json.Whole("rv") ?? 0, json.Text("start") ?? "");
    }

    public override string ToString()
    {
        var json = new JsonObject { ["v"] = Format, ["rv"] = Revision, ["start"] = After };
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(json.ToJsonString())).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    private static ApiRefusal Bad(string why) => ApiRefusal.BadRequest("invalid continue token: continue key is not valid: " + why);
}
