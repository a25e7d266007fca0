using System;
using System.IO;
using NUnit.Framework;

namespace Canary.Testing;

/// <summary>A page of <c>docs/reference</c>, which is generated.</summary>
internal static class ReferencePage
{
    public const string Rewrite = "make reference";

    /// <summary>The page holds this text; with CANARY_UPDATE=1 it is written.</summary>
    public static void AssertIs(string name, string text)
    {
        var file = RepositoryFolder.PathTo("docs", "reference", name);
        if (Environment.GetEnvironmentVariable("CANARY_UPDATE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        Assert.That(File.Exists(file) ? File.ReadAllText(file)
            : "", Is.EqualTo(text), $"docs/reference/{name} is old. Write it again: {Rewrite}");
    }

    /// <summary>A text in a cell of a table.</summary>
    public static string Cell(string text) =>
        text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).ReplaceLineEndings(" ");

    /// <summary>A text as code in a cell of a table; nothing for an empty one.</summary>
    public static string Code(string text) => text.Length == 0 ? "" : $"`{text.Replace("|", "\\|", StringComparison.Ordinal)}`";
}
