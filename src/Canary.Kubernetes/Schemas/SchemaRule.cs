using System.Linq;
using System.Text.Json.Nodes;

namespace Canary.Kubernetes.Schemas;

/// <summary>A rule in CEL with the sentence that <c>kubectl apply</c> prints where it does not hold
/// (<c>x-kubernetes-validations</c>).</summary>
/// <remarks>
/// The server refuses a definition whose rules could cost too much, by the longest values that the schema allows. A rule over a whole
/// number or a string in a list always does, since such a value has no longest form there: durations keep their <c>pattern</c>.
/// </remarks>
/// <param name="Expression">The rule; <c>self</c> is the value.</param>
/// <param name="Message">What is allowed.</param>
internal sealed record SchemaRule(string Expression, string Message)
{
    /// <summary>The rule that stands for the bounds of a schema; null: they speak for themselves.</summary>
    public static SchemaRule? For(Schema schema) => schema switch
    {
        { MinProperties: 1, MaxProperties: 1, Properties.Count: > 0 } => OneOf(schema),
        { Type: SchemaType.String, Pattern: Fields.ObjectNamePattern } => new(
            $"self.matches('{Fields.ObjectNamePattern}')",
            "it must be a name of Kubernetes: lower case letters, digits, '-' and '.', beginning and ending with a letter or digit"),
        _ => null,
    };

    public JsonObject ToJson() => new() { ["rule"] = Expression, ["message"] = Message };

    private static SchemaRule OneOf(Schema schema)
    {
        var names = schema.Properties.Select(property => property.Name).ToArray();
        var count = string.Join(" + ", names.Select(name => $"(has(self.{name}) ? 1 : 0)"));
        return new($"{count} == 1", names.Length == 1 ? $"{names[0]} is missing"
            : $"exactly one of {string.Join(", ", names)} is allowed, and one is needed");
    }
}
