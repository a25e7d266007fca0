using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Mapping;

namespace Canary.EndToEnd.Tests.Running;

/// <summary>The rights that manifests of <c>deploy/</c> grant: their ClusterRoles everywhere, their Roles in their namespaces.</summary>
internal sealed class GrantedAccess
{
    private readonly List<Rule> _rules = [];

    public GrantedAccess(params string[] files)
    {
        foreach (var document in files.SelectMany(file => YamlDocument.Parse(File.ReadAllText(Path.Combine(Commands.Root(), file))))
            .Select(document => document.Root).OfType<JsonObject>())
        {
            if ((string?)document["kind"] is not ("ClusterRole" or "Role")) continue;
            foreach (var rule in (JsonArray)document["rules"]!)
                _rules.Add(new Rule((string?)document["metadata"]!["namespace"], Texts(rule!, "apiGroups"), Texts(rule!, "resources"),
                    Texts(rule!, "verbs"), Texts(rule!, "resourceNames")));
        }
    }

    /// <summary>Each right by itself.</summary>
    public IEnumerable<(string Verb, string Group, string Resource)> Kinds =>
        _rules.SelectMany(rule => rule.Verbs.SelectMany(verb =>
            rule.Groups.SelectMany(group => rule.Resources.Select(resource => (verb, group, resource))))).Distinct();

    public bool Allows(RequestedAccess asked) => _rules.Any(rule =>
        (rule.Namespace is null || rule.Namespace == asked.Namespace)
        && rule.Groups.Contains(asked.Group) && rule.Resources.Contains(asked.Resource) && rule.Verbs.Contains(asked.Verb)
        && (rule.Names.Length == 0 || rule.Names.Contains(asked.Name)));

    private static string[] Texts(JsonNode rule, string member) => [.. (rule[member] as JsonArray ?? []).Select(item => (string)item!)];

    private sealed record Rule(string? Namespace, string[] Groups, string[] Resources, string[] Verbs, string[] Names);
}
