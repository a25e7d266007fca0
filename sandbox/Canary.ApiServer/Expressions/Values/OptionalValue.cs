namespace Canary.ApiServer.Expressions.Values;

/// <summary>A value that may be missing.</summary>
internal sealed record OptionalValue(bool HasValue, object? Value)
{
    public static readonly OptionalValue None = new(false, null);

    public static OptionalValue Of(object? value) => new(true, value);
}
