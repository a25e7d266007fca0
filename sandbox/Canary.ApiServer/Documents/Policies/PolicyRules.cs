using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Policies;

/// <summary>Rules of ValidatingAdmissionPolicies and their bindings. What this server could not carry out is refused when it is
/// written.</summary>
internal static class PolicyRules
{
    private static readonly string[] Operations = ["CONNECT", "CREATE", "DELETE", "UPDATE", "*"];
    private static readonly string[] Reasons = ["Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"];
    private static readonly string[] Actions = ["Audit", "Deny", "Warn"];

    public static IReadOnlyList<FieldError> Policy(JsonObject policy)
    {
        var spec = policy.Member("spec");
        var errors = new List<FieldError>();
        if (spec.Member("paramKind") is not null)
            errors.Add(
                FieldError.Forbidden("spec.paramKind", "this server gives policies no parameters; write the values into the expressions"));
        if (spec.Member("failurePolicy").Text() is { } failure && failure is not ("Fail" or "Ignore"))
            errors.Add(FieldError.NotSupported("spec.failurePolicy", GoFormat.Quoted(failure), "\"Fail\", \"Ignore\""));
        if (spec.Member("matchConstraints") is null)
            errors.Add(FieldError.Required("spec.matchConstraints"));
        else if (spec.At("matchConstraints", "resourceRules") is not JsonArray { Count: > 0 })
            errors.Add(FieldError.Required("spec.matchConstraints.resourceRules"));
        Match(spec.Member("matchConstraints"), "spec.matchConstraints", errors);
        if (spec.Member("validations") is not JsonArray { Count: > 0 } && spec.Member("auditAnnotations") is not JsonArray { Count: > 0 })
            errors.Add(FieldError.Required("spec.validations", "validations or auditAnnotations must be non-empty"));
        Names(spec.Member("variables"), "spec.variables", errors);
        Names(spec.Member("matchConditions"), "spec.matchConditions", errors);
        Validations(spec.Member("validations") as JsonArray ?? [], errors);
        errors.AddRange(CompiledPolicy.Compile(spec).Errors);
        return errors;
    }

    public static IReadOnlyList<FieldError> Binding(JsonObject binding)
    {
        var spec = binding.Member("spec");
        var errors = new List<FieldError>();
        if (spec.Member("policyName").Text() is not { Length: > 0 })
            errors.Add(FieldError.Required("spec.policyName"));
        if (spec.Member("paramRef") is not null)
            errors.Add(FieldError.Forbidden("spec.paramRef", "this server gives policies no parameters"));
        var actions = (spec.Member("validationActions") as JsonArray ?? []).Select(action => action.Text() ?? "").ToList();
        if (actions.Count == 0)
            errors.Add(FieldError.Required("spec.validationActions", "at least one validation action is required"));
        for (var i = 0; i < actions.Count; i++)
            if (!Actions.Contains(actions[i]))
                errors.Add(FieldError.NotSupported($"spec.validationActions[{i}]", GoFormat.Quoted(actions[i]),
                    string.Join(", ", Actions.Select(GoFormat.Quoted))));
        if (actions.Contains("Deny") && actions.Contains("Warn"))
            errors.Add(FieldError.Invalid("spec.validationActions", $"[]string{{{string.Join(", ", actions.Select(GoFormat.Quoted))}}}",
                "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers "
                    + "serves no purpose)"));
        Match(spec.Member("matchResources"), "spec.matchResources", errors);
        return errors;
    }

    private static void Match(JsonNode? match, string path, List<FieldError> errors)
    {
        if (match.Member("matchPolicy").Text() is { } policy && policy is not ("Exact" or "Equivalent"))
            errors.Add(FieldError.NotSupported($"{path}.matchPolicy", GoFormat.Quoted(policy), "\"Equivalent\", \"Exact\""));
        foreach (var list in (string[])["resourceRules", "excludeResourceRules"])
        {
            var rules = match.Member(list) as JsonArray ?? [];
            for (var i = 0; i < rules.Count; i++)
                Rule(rules[i], $"{path}.{list}[{i}]", errors);
        }
    }

    private static void Rule(JsonNode? rule, string path, List<FieldError> errors)
    {
        foreach (var member in (string[])["apiGroups", "apiVersions", "operations", "resources"])
            if (rule.Member(member) is not JsonArray { Count: > 0 })
                errors.Add(FieldError.Required($"{path}.{member}"));
        var operations = rule.Member("operations") as JsonArray ?? [];
        for (var i = 0; i < operations.Count; i++)
            if (operations[i].Text() is var operation && !Operations.Contains(operation))
                errors.Add(FieldError.NotSupported($"{path}.operations[{i}]", GoFormat.Quoted(operation ?? ""),
                    string.Join(", ", Operations.Select(GoFormat.Quoted))));
        if (rule.Member("scope").Text() is { } scope && scope is not ("*" or "Cluster" or "Namespaced"))
            errors.Add(FieldError.NotSupported($"{path}.scope", GoFormat.Quoted(scope), "\"*\", \"Cluster\", \"Namespaced\""));
    }

    private static void Names(JsonNode? list, string path, List<FieldError> errors)
    {
        var names = (list as JsonArray ?? []).Select(one => one.Member("name").Text() ?? "").ToList();
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i].Length == 0)
                errors.Add(FieldError.Required($"{path}[{i}].name"));
            else if (names.IndexOf(names[i]) < i)
                errors.Add(FieldError.Duplicate($"{path}[{i}].name", GoFormat.Quoted(names[i])));
        }
    }

    private static void Validations(JsonArray validations, List<FieldError> errors)
    {
        for (var i = 0; i < validations.Count; i++)
        {
            var message = validations[i].Member("message").Text() ?? "";
            if (message.Length > 0 && message.Trim().Length == 0)
                errors.Add(FieldError.Invalid($"spec.validations[{i}].message", GoFormat.Quoted(message),
                    "message must be non-empty if specified"));
            else if (message.Trim().Contains('\n'))
                errors.Add(
                    FieldError.Invalid($"spec.validations[{i}].message", GoFormat.Quoted(message), "message must not contain line breaks"));
            if (validations[i].Member("reason").Text() is { } reason && !Reasons.Contains(reason, StringComparer.Ordinal))
                errors.Add(FieldError.NotSupported($"spec.validations[{i}].reason", GoFormat.Quoted(reason),
                    string.Join(", ", Reasons.Select(GoFormat.Quoted))));
        }
    }
}
