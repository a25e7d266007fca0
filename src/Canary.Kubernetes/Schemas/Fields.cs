using System.Text.Json.Nodes;

namespace Canary.Kubernetes.Schemas;

/// <summary>Words to write schemas with.</summary>
internal static class Fields
{
    /// <summary>Go style (<c>90s</c>, <c>2m30s</c>, <c>1.5h</c>, <c>100ms</c>) or digits alone, which are seconds.</summary>
    public const string DurationPattern = @"^([0-9]+|([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+)$";

    /// <summary>The same, or a text with an argument in it.</summary>
    private const string TemplateDurationPattern = @"^([0-9]+|([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+|.*\{\{.*\}\}.*)$";

    private const string TemplateCountPattern = @"^(-?[0-9]+|.*\{\{.*\}\}.*)$";

    /// <summary>The name of an object.</summary>
    public const string ObjectNamePattern = @"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$";

    public static SchemaProperty Required(string name, Schema schema) => new(name, schema, true);

    public static SchemaProperty Optional(string name, Schema schema) => new(name, schema, false);

    public static Schema Object(string description, params SchemaProperty[] properties) =>
        new(SchemaType.Object, description) { Properties = properties };

    /// <summary>An object with exactly one of its fields.</summary>
    public static Schema OneOf(string description, params SchemaProperty[] properties) =>
        Object(description, properties) with { MinProperties = 1, MaxProperties = 1 };

    public static Schema Text(string description, int maxLength = 1024) => new(SchemaType.String, description) { MaxLength = maxLength };

    public static Schema RequiredText(string description, int maxLength = 1024) => Text(description, maxLength) with { MinLength = 1 };

    /// <summary>Name of another object.</summary>
    public static Schema ObjectName(string description) => RequiredText(description, 253) with { Pattern = ObjectNamePattern };

    public static Schema Choice(string description, params string[] choices) => new(SchemaType.String, description) { Choices = choices };

    public static Schema Flag(string description) => new(SchemaType.Boolean, description);

    public static Schema Integer(string description, int? minimum = null, int? maximum = null) =>
        new(SchemaType.Integer, description) { Format = "int32", Minimum = minimum, Maximum = maximum };

    public static Schema Long(string description) => new(SchemaType.Integer, description) { Format = "int64" };

    public static Schema Number(string description, decimal minimum, decimal maximum) =>
        new(SchemaType.Number, description) { Minimum = minimum, Maximum = maximum };

    public static Schema Percent(string description) => Number(description, 0, 100);

    public static Schema Time(string description) => new(SchemaType.String, description) { Format = "date-time" };

    public static Schema Duration(string description) =>
        new(SchemaType.IntOrString, description + " Go style (90s, 2m30s) or whole seconds.") { Pattern = DurationPattern, MaxLength = 64 };

    /// <summary>A duration which may be written as an argument.</summary>
    public static Schema TemplateDuration(string description) =>
        new(SchemaType.IntOrString,
            description + " Go style (90s, 2m30s) or whole seconds; may be an argument.")
        {
            Pattern = TemplateDurationPattern,
            MaxLength = 256
        };

    /// <summary>A whole number which may be written as an argument.</summary>
    public static Schema TemplateCount(string description) =>
        new(SchemaType.IntOrString, description + " May be an argument.") { Pattern = TemplateCountPattern, MaxLength = 256 };

    public static Schema List(string description, Schema items, int maxItems, params string[] keys) =>
        new(SchemaType.Array, description) { Items = items, MaxItems = maxItems, Keys = keys };

    public static Schema RequiredList(string description, Schema items, int maxItems, params string[] keys) =>
        List(description, items, maxItems, keys) with { MinItems = 1 };

    public static Schema WithDefault(this Schema schema, JsonNode value) => schema with { Default = value };
}
