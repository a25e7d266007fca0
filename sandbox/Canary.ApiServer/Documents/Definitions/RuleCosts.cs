using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.Definitions;

/// <summary>What the rules of a schema can cost together, and which cost most.</summary>
internal sealed class RuleCosts
{
    /// <summary>Most that one rule may cost, in cel-go's units.</summary>
    public const double MostOfRule = 10_000_000;

    private const double MostOfSchema = 100_000_000;
    private const int Named = 4;

    private readonly List<(string Path, double Cost)> _seen = [];

    public void Add(string path, double cost)
    {
        if (cost >= 1)
            _seen.Add((path, cost));
    }

    public IEnumerable<FieldError> Total(string path)
    {
        var total = _seen.Sum(one => one.Cost);
        if (total <= MostOfSchema)
            return [];
        return
        [
            .. _seen.OrderByDescending(one => one.Cost).Take(Named)
                .Select(one => FieldError.Forbidden(one.Path,
                    "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema")),
            FieldError.Forbidden(path,
                Exceeded("x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema", total, MostOfSchema)),
        ];
    }

    public static string Exceeded(string what, double cost, double limit)
    {
        var factor = cost / limit;
        var shown = factor > 100 ? "more than 100x" : factor.ToString(factor < 1.5 ? "F6" : "F1", CultureInfo.InvariantCulture) + "x";
        return $"{what} exceeds budget by factor of {shown} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength "
            + "where arrays, maps, and strings are declared)";
    }
}
