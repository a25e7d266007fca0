using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.Schemas;

/// <summary>One entry of <c>x-kubernetes-validations</c>.</summary>
internal sealed record CelRule(string Rule, string Message, string MessageExpression, string? Reason, string FieldPath,
    bool? OptionalOldSelf)
{
    public static IReadOnlyList<CelRule> Read(JsonObject schema) => schema.Member("x-kubernetes-validations") is JsonArray rules
        ? [.. rules.OfType<JsonObject>().Select(rule => new CelRule(
            rule.Member("rule").Text() ?? "",
            rule.Member("message").Text() ?? "",
            rule.Member("messageExpression").Text() ?? "",
            rule.Member("reason").Text(),
            rule.Member("fieldPath").Text() ?? "",
            rule.Member("optionalOldSelf") is JsonValue flag ? flag.IsTrue() : null))]
        : [];

    /// <summary>The rule as a Go program prints it.</summary>
    public string Shown =>
        $"apiextensions.ValidationRule{{Rule:{GoFormat.Quoted(Rule)}, Message:{GoFormat.Quoted(Message)}, "
            + $"MessageExpression:{GoFormat.Quoted(MessageExpression)}, "
        + $"Reason:(*apiextensions.FieldValueErrorReason)({(Reason is null ? "nil" : "0xc000000000")}), "
        + $"FieldPath:{GoFormat.Quoted(FieldPath)}, "
        + $"OptionalOldSelf:(*bool)({(OptionalOldSelf is null ? "nil" : "0xc000000000")})}}";
}
