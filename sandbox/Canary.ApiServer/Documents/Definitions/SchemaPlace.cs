namespace Canary.ApiServer.Documents.Definitions;

/// <summary>Where a schema stands inside a definition, as far as what it may say depends on it.</summary>
/// <param name="Path">Path of the schema in the definition.</param>
/// <param name="IsRoot">The schema of the whole resource.</param>
internal sealed record SchemaPlace(string Path, bool IsRoot)
{
    /// <summary>Why no default may stand here; null where one may.</summary>
    public string? NoDefault { get; init; }

    public bool IsInMetadata { get; init; }

    /// <summary>Inside <c>allOf</c>, <c>anyOf</c>, <c>oneOf</c> or <c>not</c>.</summary>
    public bool IsNested { get; init; }

    /// <summary>The schema of a list around this one whose elements have no past; null where old and new values can be told to belong
    /// together.</summary>
    public string? WithoutPast { get; init; }

    /// <summary>How many values of this schema an object can have; null where nothing bounds them.</summary>
    public double? MostValues { get; init; } = 1;

    public SchemaPlace At(string below) => this with { Path = $"{Path}.{below}", IsRoot = false };
}
