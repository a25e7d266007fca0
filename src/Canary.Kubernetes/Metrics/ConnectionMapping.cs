using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Schemas;
using static Canary.Kubernetes.Schemas.Fields;

namespace Canary.Kubernetes.Metrics;

/// <summary>How a metric source is reached: the fields that templates and runs share.</summary>
internal static class ConnectionMapping
{
    internal static readonly Schema SecretKey = Object(
        "A key of a Secret in the namespace of the AnalysisRun.",
        Required("name", RequiredText("Name of the Secret.", 253)),
        Required("key", RequiredText("Key in the Secret.", 253)));

    internal static readonly Schema Authentication = OneOf(
        "How to authenticate.",
        Optional("bearer", SecretValueSchema("A token, sent as Authorization: Bearer.")),
        Optional("basic", Object(
            "User and password, sent as Authorization: Basic.",
            Required("username", SecretValueSchema("The user.")),
            Required("password", SecretValueSchema("The password.")))),
        Optional("basicAuth", Object(
            "User and password as Argo Rollouts writes them, sent as Authorization: Basic.",
            Required("username", RequiredText("The user; may be an argument from a Secret.", 4096)),
            Required("password", RequiredText("The password; an argument from a Secret.", 4096)))),
        Optional("sigv4", Object(
            "AWS Signature Version 4, for Amazon Managed Service for Prometheus. The controller signs with its own AWS identity.",
            Optional("region", Text("The region; may be an argument. Default: that of the environment.", 256)),
            Optional("profile", Text("A profile of the shared configuration of AWS; may be an argument.", 256)),
            Optional("roleArn", Text("A role to assume first; may be an argument.", 2048)))),
        Optional("oauth2", Object(
            "Client credentials of OAuth 2 (RFC 6749, section 4.4). The token is kept until it expires, and sent as Authorization: Bearer.",
            Required("tokenUrl", RequiredText("Where the token is fetched.", 2048)),
            Required("clientId", RequiredText("The client; may be an argument from a Secret.", 4096)),
            Required("clientSecret", RequiredText("Its secret; an argument from a Secret.", 4096)),
            Optional("scopes", List("Scopes that are asked for.", RequiredText("A scope.", 256), 32)))));

    private static readonly string[] Ways = ["bearer", "basic", "basicAuth", "oauth2", "sigv4"];

    public static MetricAuthentication? ReadAuthentication(FieldAt field)
    {
        var authentication = field.Child();
        if (!authentication.IsPresent) return null;
        string[] ways = [.. Ways.Where(authentication.Has)];
        if (ways.Length != 1)
        {
            field.Object.Fail(field.Key,
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

    public static EquatableArray<MetricHeader> ReadHeaders(FieldAt field) => field.Object.Items(field.Key)
        .Select(header => (Key: header.RequiredText("key", "the name of the header is needed"), Value: ReadSecret(header)))
        .Where(header => header.Value is not null)
        .Select(header => new MetricHeader(header.Key, header.Value!))
        .ToEquatableArray();

    public static SecretValue? ReadAuthority(FieldAt field) => field.IsPresent ? ReadSecret(field.Object, field.Key) : null;

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

    internal static Schema SecretValueSchema(string description) => OneOf(
        description + " Exactly one of its fields.",
        Optional("value", Text("The value itself.", 16384)),
        Optional("secretKeyRef", SecretKey));

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

    public static JsonObject? WriteAuthentication(MetricAuthentication? authentication) => authentication switch
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

    public static JsonObject WriteSecret(SecretValue value) => value switch
    {
        SecretValue.Plain plain => new JsonObject { ["value"] = plain.Value },
        SecretValue.FromSecret secret =>
            new JsonObject { ["secretKeyRef"] = new JsonObject { ["name"] = secret.Name, ["key"] = secret.Key } },
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
