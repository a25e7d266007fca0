using System.Collections.Generic;
using System.Linq;

namespace Canary.ApiServer.Expressions.Values;

/// <summary>A map, or an object with fields.</summary>
internal abstract class MapValue
{
    public abstract IReadOnlyList<object?> Keys { get; }

    public abstract bool TryGet(object? key, out object? value);

    /// <summary>Whether there is a value, without reading it.</summary>
    public abstract bool Has(object? key);

    /// <summary>The map of an expression's own making.</summary>
    public sealed class Made(IReadOnlyList<KeyValuePair<object?, object?>> entries) : MapValue
    {
        public override IReadOnlyList<object?> Keys => [.. entries.Select(entry => entry.Key)];

        public override bool Has(object? key) => entries.Any(entry => Comparisons.AreEqual(entry.Key, key));

        public override bool TryGet(object? key, out object? value)
        {
            var found = entries.Where(entry => Comparisons.AreEqual(entry.Key, key)).Take(1).ToList();
            value = found.Count > 0 ? found[0].Value : null;
            return found.Count > 0;
        }
    }
}
