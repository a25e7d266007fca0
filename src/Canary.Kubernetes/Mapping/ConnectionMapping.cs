using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>How a metric source is reached: the fields that templates and runs share.</summary>
internal static class ConnectionMapping
{
    private static readonly string[] Ways = ["bearer", "basic", "basicAuth", "oauth2", "sigv4"];

    public static MetricAuthentication? ReadAuthentication(FieldReader provider)
    {
        var authentication = provider.Child("authentication");
        if (!authentication.IsPresent) return null;
        string[] ways = [.. Ways.Where(authentication.Has)];
        if (ways.Length != 1)
        {
            provider.Fail("authentication",
                $"it has {(ways.Length == 0 ? "none" : string.Join(" and ", ways))}; exactly one of {string.Join(", ", Ways)} is allowed");
            return null;
        }

        if (ways[0] == "oauth2") return ReadOAuth(authentication.Child("oauth2"));
        if (ways[0] == "sigv4") return ReadSigv4(authentication.Child("sigv4"));
        if (ways[0] == "basicAuth") return ReadBasicAuth(authentication.Child("basicAuth"));
        var basic = authentication.Child("basic");
        if (!basic.IsPresent) return ReadSecret(authentication, "bearer") is { } token ? new MetricAuthentication.Bearer(token) : null;
        return ReadSecret(basic, "username") is { } user && ReadSecret(basic, "password") is { } password
            ? new MetricAuthentication.Basic(user, password) : null;
    }

    public static EquatableArray<MetricHeader> ReadHeaders(FieldReader provider) => provider.Items("headers")
        .Select(header => (Key: header.RequiredText("key", "the name of the header is needed"), Value: ReadSecret(header)))
        .Where(header => header.Value is not null)
        .Select(header => new MetricHeader(header.Key, header.Value!))
        .ToEquatableArray();

    public static SecretValue? ReadAuthority(FieldReader provider) =>
        provider.Has("certificateAuthority") ? ReadSecret(provider, "certificateAuthority") : null;

    public static JsonObject WriteConnection(this JsonObject map, ProviderSpec.Prometheus connection) => map
        .Put("address", connection.Address)
        .PutDuration("timeout", connection.Timeout)
        .Put("authentication", WriteAuthentication(connection.Authentication))
        .PutList("headers", connection.Headers, header => WriteSecret(header.Value).Put("key", header.Name))
        .PutFlag("insecure", connection.IsInsecure)
        .Put("certificateAuthority", connection.CertificateAuthority is { } authority ? WriteSecret(authority) : null);

    // As Argo Rollouts writes it: texts, in which arguments from Secrets may stand.
    private static MetricAuthentication.OAuth2 ReadOAuth(FieldReader client) => new(
        client.RequiredText("tokenUrl", "the address of the token endpoint is needed"),
        new SecretValue.Plain(client.RequiredText("clientId", "the client is needed")),
        new SecretValue.Plain(
            client.RequiredText("clientSecret", "the secret of the client is needed, from an argument with valueFrom.secretKeyRef")),
        client.Texts("scopes").ToEquatableArray());

    private static MetricAuthentication.Basic ReadBasicAuth(FieldReader user) => new(
        new SecretValue.Plain(user.RequiredText("username", "the user is needed")),
        new SecretValue.Plain(user.RequiredText("password", "the password is needed, from an argument with valueFrom.secretKeyRef")))
    {
        Field = "basicAuth",
    };

    private static MetricAuthentication.Sigv4 ReadSigv4(FieldReader aws) =>
        new(aws.Text("region"), aws.Text("profile"), aws.Text("roleArn"));

    private static SecretValue? ReadSecret(FieldReader parent, string key)
    {
        if (parent.Has(key)) return ReadSecret(parent.Child(key));
        parent.Fail(key, "it is missing; value or secretKeyRef is needed");
        return null;
    }

    private static SecretValue? ReadSecret(FieldReader field)
    {
        if (!field.IsPresent) return null;
        if (field.Has("value") == field.Has("secretKeyRef"))
        {
            field.Fail("", "exactly one of value and secretKeyRef is needed");
            return null;
        }

        if (field.Has("value")) return field.Text("value") is { } value ? new SecretValue.Plain(value) : null;
        var reference = field.Child("secretKeyRef");
        return new SecretValue.FromSecret(
            reference.RequiredText("name", "the name of a Secret is needed"),
            reference.RequiredText("key", "a key of the Secret is needed"));
    }

    private static JsonObject? WriteAuthentication(MetricAuthentication? authentication) => authentication switch
    {
        null => null,
        MetricAuthentication.Bearer bearer => new JsonObject { ["bearer"] = WriteSecret(bearer.Token) },
        MetricAuthentication.OAuth2 client => new JsonObject
        {
            ["oauth2"] = new JsonObject
            {
                ["tokenUrl"] = client.TokenUrl,
                ["clientId"] = ((SecretValue.Plain)client.ClientId).Value,
                ["clientSecret"] = ((SecretValue.Plain)client.ClientSecret).Value
            }
                .PutList("scopes", client.Scopes, scope => scope),
        },
        MetricAuthentication.Sigv4 aws =>
            new JsonObject
            {
                ["sigv4"] = new JsonObject().Put("region", aws.Region).Put("profile", aws.Profile)
                .Put("roleArn", aws.RoleArn)
            },
        MetricAuthentication.Basic basic =>
            new JsonObject
            {
                ["basic"] =
                new JsonObject { ["username"] = WriteSecret(basic.User), ["password"] = WriteSecret(basic.Password) }
            },
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static JsonObject WriteSecret(SecretValue value) => value switch
    {
        SecretValue.Plain plain => new JsonObject { ["value"] = plain.Value },
        SecretValue.FromSecret secret =>
            new JsonObject { ["secretKeyRef"] = new JsonObject { ["name"] = secret.Name, ["key"] = secret.Key } },
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
