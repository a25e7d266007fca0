using System;
using System.Collections.Generic;
using Canary.ApiServer.Expressions.Values;

namespace Canary.ApiServer.Expressions.Libraries;

/// <summary>Kubernetes' <c>authorizer</c>: asks whether the one who sends a request, or a service account, may do something.</summary>
internal static class AuthorizerLibrary
{
    public const string Authorizer = "kubernetes.authorization.Authorizer";
    public const string ResourceCheck = "kubernetes.authorization.ResourceCheck";

    private const string PathCheck = "kubernetes.authorization.PathCheck";
    private const string GroupCheck = "kubernetes.authorization.GroupCheck";
    private const string Decision = "kubernetes.authorization.Decision";

    public static void AddTo(Action<string, string, Func<IReadOnlyList<object?>, object?>> add)
    {
        add("path", $"{Authorizer}.(string){PathCheck}",
            a => Of(a, AuthorizerStage.Begun) with
            {
                Stage = AuthorizerStage.Path,
                Path = Text(a) is { Length: > 0 } path ? path
                : throw new CelError("path must not be empty")
            });
        add("group", $"{Authorizer}.(string){GroupCheck}",
            a => Of(a, AuthorizerStage.Begun) with { Stage = AuthorizerStage.Group, Group = Text(a) });
        add("serviceAccount", $"{Authorizer}.(string,string){Authorizer}", ServiceAccount);
        add("resource", $"{GroupCheck}.(string){ResourceCheck}",
            a => Of(a, AuthorizerStage.Group) with { Stage = AuthorizerStage.Resource, Resource = Text(a) });
        add("subresource", $"{ResourceCheck}.(string){ResourceCheck}", a => Of(a, AuthorizerStage.Resource) with { Subresource = Text(a) });
        add("namespace", $"{ResourceCheck}.(string){ResourceCheck}", a => Of(a, AuthorizerStage.Resource) with { Namespace = Text(a) });
        add("name", $"{ResourceCheck}.(string){ResourceCheck}", a => Of(a, AuthorizerStage.Resource) with { Name = Text(a) });
        add("check", $"{PathCheck}.(string){Decision} {ResourceCheck}.(string){Decision}", Check);
        add("allowed", $"{Decision}.()bool", a => Decided(a).IsAllowed);
        add("reason", $"{Decision}.()string", a => Decided(a).Reason);
        // The sandbox's own roles are always there to be read.
        add("errored", $"{Decision}.()bool", a => Decided(a) is null);
        add("error", $"{Decision}.()string", a => Decided(a) is null ? "error" : "");
    }

    private static string Text(IReadOnlyList<object?> arguments) => StringLibrary.Text(arguments, 1);

    private static AuthorizerValue Of(IReadOnlyList<object?> arguments, AuthorizerStage stage) =>
        arguments[0] is AuthorizerValue value && value.Stage == stage ? value : throw CelError.NoOverload;

    private static DecisionValue Decided(IReadOnlyList<object?> arguments) => arguments[0] as DecisionValue ?? throw CelError.NoOverload;

    private static object ServiceAccount(IReadOnlyList<object?> arguments)
    {
        var asked = Of(arguments, AuthorizerStage.Begun);
        var (space, name) = (StringLibrary.Text(arguments, 1), StringLibrary.Text(arguments, 2));
        return asked.ServiceAccount is { } user ? asked with { User = user(space, name), ServiceAccount = null }
            : throw CelError.NoOverload;
    }

    private static object Check(IReadOnlyList<object?> arguments)
    {
        var asked = arguments[0] as AuthorizerValue ?? throw CelError.NoOverload;
        return asked.Stage is AuthorizerStage.Path or AuthorizerStage.Resource ? asked.Decide(asked, Text(arguments))
            : throw CelError.NoOverload;
    }
}
