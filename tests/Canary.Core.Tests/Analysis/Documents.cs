using System;
using System.IO;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

/// <summary>Files of the repository, and parts of its documents that the tests write.</summary>
internal static class Documents
{
    public static string Find(params string[] path) => RepositoryFolder.PathTo(path);

    /// <summary>The part of a document between <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- end --&gt;</c> is as given; with CANARY_UPDATE=1
    /// it is made so.</summary>
    public static void AssertPart(string document, string name, string expected)
    {
        var file = Find("docs", document);
        var begin = $"<!-- {name} -->\n";
        var text = File.ReadAllText(file);
        var from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        Assert.That(from, Is.GreaterThan(begin.Length), $"docs/{document} has no part {name}");
        var to = text.IndexOf("<!-- end -->", from, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("CANARY_UPDATE") == "1") File.WriteAllText(file, text[..from] + expected + text[to..]);
        else Assert.That(text[from..to], Is.EqualTo(expected), "run the tests with CANARY_UPDATE=1");
    }
}
