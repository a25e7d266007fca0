using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Http;

/// <summary>Who a request comes from, as authentication found out.</summary>
internal sealed record AuthenticatedUser(string Name, string Uid, IReadOnlyList<string> Groups, string? CredentialId)
{
    public static readonly AuthenticatedUser Administrator = new("admin", "1", ["system:masters", "system:authenticated"], null);

    public static readonly AuthenticatedUser Anonymous = new("system:anonymous", "", ["system:unauthenticated"], null);

    public bool IsMaster => Groups.Contains("system:masters");

    public JsonObject ToJson()
    {
        var user = new JsonObject { ["username"] = Name };
        if (Uid.Length > 0)
            user["uid"] = Uid;
        user["groups"] = Groups.ToJsonArray();
        if (CredentialId is not null)
            user["extra"] = new JsonObject { ["authentication.kubernetes.io/credential-id"] = new JsonArray(CredentialId) };
        return user;
    }
}
