using System.Collections.Generic;
using System.Linq;

namespace Canary.Core.Analysis.Conditions.Functions;

/// <summary>Every function that a condition may call, and those of expr-lang that it may not.</summary>
internal static class FunctionTable
{
    private static readonly Dictionary<string, Function> _all = new Function[][]
    {
        [.. ArgoFunctions.All], [.. NumberFunctions.All], [.. ListFunctions.All], [.. MapFunctions.All], [.. TextFunctions.All],
        [.. ConversionFunctions.All], [.. TimeFunctions.All],
        [.. BitFunctions.All],
    }.SelectMany(functions => functions).ToDictionary(function => function.Name);

    public static IEnumerable<Function> All => _all.Values;

    public static Function? Find(string name) => _all.GetValueOrDefault(name);
}
