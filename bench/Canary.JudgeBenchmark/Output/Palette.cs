namespace Canary.JudgeBenchmark.Output;

/// <summary>Colours of the judges, told apart by those who see few colours too (after Okabe and Ito); the first judge is the
/// strongest.</summary>
internal static class Palette
{
    private static readonly string[] Colours =
    [
        "#d55e00", "#0072b2", "#56b4e9", "#009e73", "#cc79a7", "#8c6d31", "#b5a642", "#999999", "#5e4fa2", "#2f4b7c", "#e7298a", "#000000",
    ];

    public static string Of(int judge) => Colours[judge % Colours.Length];
}
