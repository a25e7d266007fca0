using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Canary.ApiServer.Access;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Documents.Policies;
using Canary.ApiServer.Documents.Selectors;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Storage;

namespace Canary.ApiServer.Policies;

/// <summary>Asks the ValidatingAdmissionPolicies that are bound whether a write may be.</summary>
internal sealed class PolicyAdmission(ResourceCatalogue catalogue, RoleAuthorizer authorizer)
{
    private const string Group = "admissionregistration.k8s.io";

    private readonly ObjectCollection _policies = catalogue.Find(Group, "v1", "validatingadmissionpolicies")!.Objects;
    private readonly ObjectCollection _bindings = catalogue.Find(Group, "v1", "validatingadmissionpolicybindings")!.Objects;
    private readonly ObjectCollection _namespaces = catalogue.Find("", "v1", "namespaces")!.Objects;
    private readonly ConditionalWeakTable<JsonObject, CompiledPolicy> _compiled = [];

    /// <param name="request">The write.</param>
    /// <param name="obj">The object as it shall be stored; null for a deletion.</param>
    /// <param name="old">The object as it is; null for a creation.</param>
    /// <param name="warnings">Where a binding that only warns says so.</param>
    /// <exception cref="ApiRefusal">A policy does not hold.</exception>
    public void Check(PolicyRequest request, JsonObject? obj, JsonObject? old, List<string> warnings)
    {
        // Nobody can lock the administrators of policies out by a policy.
        if (_bindings.Objects.Count == 0 || request.Resource.Group == Group)
            return;
        var space = request.Namespace.Length > 0 ? _namespaces.Objects.GetValueOrDefault(request.Namespace)?.Json : null;
        PolicyEvaluation? evaluation = null;
        foreach (var binding in _bindings.Objects.Values.Select(stored => stored.Json))
        {
            var spec = binding.Child("spec") ?? [];
            if (_policies.Objects.GetValueOrDefault(spec.Text("policyName") ?? "")?.Json is not { } policy)
                continue;
            var constraints = policy.Child("spec", "matchConstraints") ?? [];
            if (!Matches(constraints, isNeeded: true)
                || (spec.Child("matchResources") is { } narrower && !Matches(narrower, isNeeded: false)))
                continue;
            evaluation ??= new PolicyEvaluation(request, obj, old, space, authorizer);
            var failed = evaluation.Run(_compiled.GetValue(policy, one => CompiledPolicy.Compile(one["spec"])),
                policy.Child("spec")?.Text("failurePolicy") != "Ignore") ?? [];
            Act(policy.Name(), binding, failed);
        }

        bool Matches(JsonObject match, bool isNeeded)
        {
            if (request.IsNamedBy(match, "excludeResourceRules")
                || ((isNeeded || match.Children("resourceRules").Any()) && !request.IsNamedBy(match, "resourceRules")))
                return false;
            if (space is not null && match.Child("namespaceSelector") is { } spaces && !LabelSelector.OfObject(spaces).Matches(space))
                return false;
            return match.Child("objectSelector") is not { } objects
                || new[] { obj, old }.Any(one => one is not null && LabelSelector.OfObject(objects).Matches(one));
        }

        void Act(string policy, JsonObject binding, IReadOnlyList<PolicyDecision> failed)
        {
            var actions = binding.Child("spec")?.Texts("validationActions").ToList() ?? [];
            if (actions.Contains("Warn"))
                warnings.AddRange(failed.Select(one =>
                    $"Validation failed for ValidatingAdmissionPolicy '{policy}' with binding '{binding.Name()}': {one.Message}"));
            if (actions.Contains("Deny") && failed.Count > 0)
                throw Denied(request,
                    $"ValidatingAdmissionPolicy '{policy}' with binding '{binding.Name()}' denied request: {failed[0].Message}",
                    failed[0].Reason);
        }
    }

    private static ApiRefusal Denied(PolicyRequest request, string message, string reason)
    {
        var resource = request.Resource;
        var details = ApiRefusal.Details(request.Name, resource.Group, resource.Plural);
        details["causes"] = new JsonArray(new JsonObject { ["message"] = message });
        var named = request.Name.Length == 0 ? "" : $" \"{request.Name}\"";
        var code = reason switch
        {
            "Unauthorized" => 401,
            "Forbidden" => 403,
            "RequestEntityTooLarge" => 413,
            _ => 422,
        };
        return new ApiRefusal(code, reason, $"{ApiRefusal.Qualified(resource.Plural, resource.Group)}{named} is forbidden: {message}",
            details);
    }
}
