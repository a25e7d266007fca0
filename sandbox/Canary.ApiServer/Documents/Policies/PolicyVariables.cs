using System;
using System.Collections.Generic;
using Canary.ApiServer.Expressions.Libraries;
using Canary.ApiServer.Expressions.Types;

namespace Canary.ApiServer.Documents.Policies;

/// <summary>What the expressions of a policy can name.</summary>
internal static class PolicyVariables
{
    private static readonly CelType Texts = CelType.List(CelType.String);

    /// <summary>Type of <c>request</c>: the AdmissionRequest without the objects.</summary>
    public static readonly CelType Request = Object(
        "kubernetes.AdmissionRequest",
        ("kind", Named("kubernetes.GroupVersionKind", "kind")),
        ("resource", Named("kubernetes.GroupVersionResource", "resource")),
        ("subResource", CelType.String),
        ("requestKind", Named("kubernetes.GroupVersionKind", "kind")),
        ("requestResource", Named("kubernetes.GroupVersionResource", "resource")),
        ("requestSubResource", CelType.String),
        ("name", CelType.String),
        ("namespace", CelType.String),
        ("operation", CelType.String),
        ("userInfo",
            Object("kubernetes.UserInfo", ("username", CelType.String), ("uid", CelType.String), ("groups", Texts),
                ("extra", CelType.Map(CelType.String, Texts)))),
        ("dryRun", CelType.Bool),
        ("options", CelType.Dyn));

    public static readonly IReadOnlyDictionary<string, CelType> Types = new Dictionary<string, CelType>(StringComparer.Ordinal)
    {
        ["object"] = CelType.Dyn,
        ["oldObject"] = CelType.Dyn,
        ["request"] = Request,
        ["namespaceObject"] = CelType.Dyn,
        ["authorizer"] = CelType.Opaque(AuthorizerLibrary.Authorizer),
        ["authorizer.requestResource"] = CelType.Opaque(AuthorizerLibrary.ResourceCheck),
    };

    private static CelType Named(string name, string last) =>
        Object(name, ("group", CelType.String), ("version", CelType.String), (last, CelType.String));

    private static CelType Object(string name, params (string Name, CelType Type)[] fields)
    {
        var members = new Dictionary<string, CelType>(StringComparer.Ordinal);
        foreach (var (field, type) in fields)
            members[field] = type;
        return new CelType(TypeKind.Object, name) { Fields = members };
    }
}
