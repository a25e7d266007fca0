using System.Collections.Generic;
using Canary.ApiServer.Expressions.Types;

namespace Canary.ApiServer.Expressions.Typing;

/// <summary>The greatest size of what a function gives, by the sizes of what it is given.</summary>
internal static class ResultSizes
{
    /// <summary>Characters of a number or a time as text.</summary>
    private const double LongestScalar = 40;

    public static CelType Estimate(string function, IReadOnlyList<CelType> arguments, CelType result) => function switch
    {
        "lowerAscii" or "upperAscii" or "substring" or "trim" or "charAt" or "find" =>
            result with { MostElements = arguments[0].MostElements },
        "_+_" when result.Kind is TypeKind.String or TypeKind.Bytes or TypeKind.List =>
            result with { MostElements = arguments[0].MostElements + arguments[1].MostElements },
        "replace" => result with { MostElements = arguments[0].MostElements * (arguments[2].MostElements + 1) },
        "split" or "findAll" =>
            result with
            {
                MostElements = arguments[0].MostElements,
                Element = CelType.String with { MostElements = arguments[0].MostElements }
            },
        "string" or "bytes" when arguments[0].Kind is TypeKind.String or TypeKind.Bytes or TypeKind.Dyn =>
            result with { MostElements = arguments[0].MostElements },
        "string" => result with { MostElements = LongestScalar },
        _ => result,
    };
}
