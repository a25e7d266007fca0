using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Selectors;

/// <summary>Selects objects by their labels.</summary>
internal sealed class LabelSelector
{
    private readonly IReadOnlyList<LabelRequirement> _requirements;

    private LabelSelector(IReadOnlyList<LabelRequirement> requirements) => _requirements = requirements;

    /// <summary>True where everything is selected.</summary>
    public bool IsEmpty => _requirements.Count == 0;

    /// <summary>Reads <c>a=b,c!=d,e in (f,g),h,!i,j&gt;1</c>.</summary>
    /// <exception cref="SelectorException">The text cannot be read; the message is the one of a real server.</exception>
    public static LabelSelector Parse(string text) => new(new LabelSelectorReader(text).Read());

    /// <summary>Reads <c>matchLabels</c> and <c>matchExpressions</c>.</summary>
    public static LabelSelector OfObject(JsonObject selector)
    {
        var requirements = new List<LabelRequirement>();
        foreach (var (key, value) in selector.Member("matchLabels") as JsonObject ?? [])
            requirements.Add(new LabelRequirement(key, LabelOperator.In, [value.Text() ?? ""]));
        foreach (var expression in selector.Member("matchExpressions") as JsonArray ?? [])
            requirements.Add(new LabelRequirement(
                expression.Member("key").Text() ?? "",
                expression.Member("operator").Text() switch
                {
                    "In" => LabelOperator.In,
                    "NotIn" => LabelOperator.NotIn,
                    "Exists" => LabelOperator.Exists,
                    _ => LabelOperator.DoesNotExist,
                },
                [.. (expression.Member("values") as JsonArray ?? []).Select(value => value.Text() ?? "")]));
        return new LabelSelector(requirements);
    }

    /// <summary>True where the labels of the object are selected.</summary>
    public bool Matches(JsonObject obj) => MatchesLabels(obj.At("metadata", "labels") as JsonObject ?? []);

    /// <param name="labels">The labels themselves, not the object that has them.</param>
    public bool MatchesLabels(JsonObject labels) => _requirements.All(requirement => requirement.Holds(labels));
}
