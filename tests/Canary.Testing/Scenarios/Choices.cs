namespace Canary.Testing.Scenarios;

/// <summary>Numbers that were chosen before, one after the other; 0 where there are no more.</summary>
internal sealed class Choices(int[] values)
{
    private int _next;

    /// <summary>A number from 0 to <paramref name="count"/> - 1.</summary>
    public int Next(int count) => _next < values.Length ? values[_next++] % count : 0;
}
