using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Access;
using Canary.ApiServer.Documents.Policies;
using Canary.ApiServer.Expressions.Types;
using Canary.ApiServer.Expressions.Values;
using Canary.ApiServer.Http;

namespace Canary.ApiServer.Policies;

/// <summary>One policy, one write: what of it does not hold.</summary>
internal sealed class PolicyEvaluation
{
    private readonly Dictionary<string, Func<object?>> _known;

    public PolicyEvaluation(PolicyRequest request, JsonObject? obj, JsonObject? old, JsonObject? space, RoleAuthorizer authorizer)
    {
        var asked = new AuthorizerValue(request.User, Decide)
        {
            ServiceAccount = (ns, name) => new AuthenticatedUser($"system:serviceaccount:{ns}:{name}", "",
                ["system:serviceaccounts", $"system:serviceaccounts:{ns}", "system:authenticated"], null),
        };
        _known = new Dictionary<string, Func<object?>>(StringComparer.Ordinal)
        {
            ["object"] = () => JsonValues.Read(obj, CelType.Dyn),
            ["oldObject"] = () => JsonValues.Read(old, CelType.Dyn),
            ["namespaceObject"] = () => JsonValues.Read(space, CelType.Dyn),
            ["request"] = () => JsonValues.Read(request.ToJson(), PolicyVariables.Request),
            ["authorizer"] = () => asked,
            ["authorizer.requestResource"] = () => asked with
            {
                Stage = AuthorizerStage.Resource,
                Group = request.Resource.Group,
                Resource = request.Resource.Plural,
                Subresource = request.Subresource,
                Namespace = request.Namespace,
                Name = request.Name,
            },
        };

        DecisionValue Decide(AuthorizerValue question, string verb)
        {
            var resource = question.Subresource.Length == 0 ? question.Resource : $"{question.Resource}/{question.Subresource}";
            var reason = authorizer.Allows((AuthenticatedUser)question.User, question.Stage == AuthorizerStage.Path
                ? AccessQuestion.OfPath(verb, question.Path)
                : new AccessQuestion(verb, question.Group, resource, question.Namespace, question.Name, null));
            return new DecisionValue(reason is not null, reason ?? "");
        }
    }

    /// <returns>Null where the policy does not look at the write; else what does not hold. An error of an expression counts as
    /// <paramref name="failsClosed"/> says.</returns>
    public IReadOnlyList<PolicyDecision>? Run(CompiledPolicy policy, bool failsClosed)
    {
        foreach (var (name, condition) in policy.Conditions)
        {
            var (value, error) = condition.Evaluate(_known);
            if (error is not null)
                return failsClosed
                    ? [new PolicyDecision($"expression '{condition.Source}' resulted in error: {error} (match condition {name})",
                        "Invalid")] : null;
            if (value is not true)
                return null;
        }

        var variables = new Dictionary<string, Func<object?>>(_known,
            StringComparer.Ordinal)
        { ["variables"] = () => new VariablesMap(policy, _known) };
        var shared = variables["variables"]();
        variables["variables"] = () => shared;
        return [.. policy.Validations.Select(validation => Decision(validation, variables, failsClosed)).OfType<PolicyDecision>()];
    }

    private static PolicyDecision? Decision(PolicyValidation validation, Dictionary<string, Func<object?>> variables, bool failsClosed)
    {
        var (value, error) = validation.Test.Evaluate(variables);
        if (error is not null)
            return failsClosed ? new PolicyDecision($"expression '{validation.Test.Source}' resulted in error: {error}", "Invalid") : null;
        if (value is true)
            return null;
        var told = validation.MessageExpression?.Evaluate(variables).Value is string text && text.Trim() is { Length: > 0 } said
            && !said.Contains('\n') ? said : null;
        return new PolicyDecision(
            told ?? (validation.Message.Length > 0 ? validation.Message : $"failed expression: {validation.Test.Source.Trim()}"),
            validation.Reason ?? "Invalid");
    }

    /// <summary>The variables of a policy; each is computed when it is asked for first, and then once.</summary>
    private sealed class VariablesMap(CompiledPolicy policy, Dictionary<string, Func<object?>> known) : MapValue
    {
        private readonly Dictionary<string, (object? Value, string? Error)> _computed = new(StringComparer.Ordinal);

        public override IReadOnlyList<object?> Keys => [.. policy.Variables.Select(variable => variable.Name)];

        public override bool Has(object? key) => policy.Variables.Exists(variable => variable.Name == key as string);

        public override bool TryGet(object? key, out object? value)
        {
            value = null;
            if (key is not string name || !Has(name))
                return false;
            if (!_computed.TryGetValue(name, out var result))
            {
                var expression = policy.Variables.First(variable => variable.Name == name).Value;
                _computed[name] = result = expression.Evaluate(
                    new Dictionary<string, Func<object?>>(known, StringComparer.Ordinal) { ["variables"] = () => this });
            }

            value = result.Error is null ? result.Value
                : throw new CelError($"composited variable \"{name}\" fails to evaluate: {result.Error}");
            return true;
        }
    }
}
