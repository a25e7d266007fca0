using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Expressions;
using Canary.ApiServer.Expressions.Types;

namespace Canary.ApiServer.Documents.Policies;

/// <summary>The expressions of a ValidatingAdmissionPolicy, read and checked.</summary>
internal sealed class CompiledPolicy
{
    private readonly List<FieldError> _errors = [];

    private CompiledPolicy()
    {
    }

    /// <summary>What does not compile.</summary>
    public IReadOnlyList<FieldError> Errors => _errors;

    /// <summary>In the order in which they may name each other.</summary>
    public List<(string Name, Expression Value)> Variables { get; } = [];

    public List<(string Name, Expression Value)> Conditions { get; } = [];

    public List<PolicyValidation> Validations { get; } = [];

    public static CompiledPolicy Compile(JsonNode? spec)
    {
        var policy = new CompiledPolicy();
        var known = new Dictionary<string, CelType>(PolicyVariables.Types, StringComparer.Ordinal);
        var variables = new Dictionary<string, CelType>(StringComparer.Ordinal);
        var conditions = spec.Member("matchConditions") as JsonArray ?? [];
        for (var i = 0; i < conditions.Count; i++)
        {
            if (policy.Read(conditions[i], "expression", $"spec.matchConditions[{i}]", known, TypeKind.Bool,
                "must evaluate to bool") is { } condition)
                policy.Conditions.Add((conditions[i].Member("name").Text() ?? "", condition));
        }

        known["variables"] = new CelType(TypeKind.Object, "kubernetes.variables") { Fields = variables };
        var named = spec.Member("variables") as JsonArray ?? [];
        for (var i = 0; i < named.Count; i++)
        {
            if (policy.Read(named[i], "expression", $"spec.variables[{i}]", known, null, "") is not { } value)
                continue;
            var name = named[i].Member("name").Text() ?? "";
            policy.Variables.Add((name, value));
            variables[name] = value.Type;
        }

        var validations = spec.Member("validations") as JsonArray ?? [];
        for (var i = 0; i < validations.Count; i++)
        {
            var test = policy.Read(validations[i], "expression", $"spec.validations[{i}]", known, TypeKind.Bool, "must evaluate to bool");
            var message = validations[i].Member("messageExpression").Text() is { Length: > 0 }
                ? policy.Read(validations[i], "messageExpression", $"spec.validations[{i}]", known, TypeKind.String,
                    "must evaluate to string")
                : null;
            if (test is not null)
                policy.Validations.Add(new PolicyValidation(test, (validations[i].Member("message").Text() ?? "").Trim(), message,
                    validations[i].Member("reason").Text()));
        }

        var annotations = spec.Member("auditAnnotations") as JsonArray ?? [];
        for (var i = 0; i < annotations.Count; i++)
            policy.Read(annotations[i], "valueExpression", $"spec.auditAnnotations[{i}]", known, null, "");
        return policy;
    }

    private Expression? Read(JsonNode? of, string member, string path, Dictionary<string, CelType> known, TypeKind? wanted, string unless)
    {
        var source = of.Member(member).Text() ?? "";
        if (source.Trim().Length == 0)
        {
            _errors.Add(FieldError.Required($"{path}.{member}", $"{member} is not specified"));
            return null;
        }

        var (expression, error) = Expression.Compile(source, known);
        if (error is not null)
            error = "compilation failed: " + error;
        else if (wanted is not null && expression!.Type.Kind != wanted && !expression.Type.IsDyn)
            error = unless;
        if (error is null)
            return expression;
        _errors.Add(FieldError.Invalid($"{path}.{member}", GoFormat.Quoted(source), error));
        return null;
    }
}
