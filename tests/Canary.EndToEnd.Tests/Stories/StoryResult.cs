using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using Canary.Testing;

namespace Canary.EndToEnd.Tests.Stories;

/// <summary>What was counted in one story.</summary>
/// <param name="Sent">Requests that were sent.</param>
/// <param name="Failed">Answers without success that are no errors of the bad version that the story releases.</param>
/// <param name="Lost">Requests without an answer.</param>
/// <param name="Errors">Errors of the bad version.</param>
/// <param name="Changes">Changes of routes and endpoints after each of which the capacity was checked.</param>
/// <param name="Violations">Changes after which a side had too few ready pods for its share.</param>
/// <param name="Problems">The first failed and lost requests.</param>
/// <param name="Length">How long the story took, without the start of its world.</param>
internal sealed record StoryResult(
    int Sent, int Failed, int Lost, int Errors, int Changes, IReadOnlyList<string> Violations, IReadOnlyList<string> Problems,
    TimeSpan Length)
{
    private const string Heading = "strategy\ttest\tsent\tfailed\tlost\terrors\tchanges\tseconds";
    private static readonly Lock Gate = new();

    /// <summary>Where the results of a run are, for <c>make strategies</c>.</summary>
    public static string File => RepositoryFolder.PathTo("artifacts", "test-results", "strategies.tsv");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Sent} sent, {Failed} failed, {Lost} lost, {Errors} errors of the bad version, {Changes} changes checked, "
            + $"{Length.TotalSeconds:0} s");

    /// <summary>Puts it into the file, in place of an earlier result of the test.</summary>
    public void Write(string title, string test)
    {
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{title}\t{test}\t{Sent}\t{Failed}\t{Lost}\t{Errors}\t{Changes}\t{Length.TotalSeconds:0}");
        lock (Gate)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(File)!);
            var others = System.IO.File.Exists(File)
                ? System.IO.File.ReadAllLines(File).Skip(1).Where(row => row.Split('\t') is [_, var other, ..] && other != test) : [];
            System.IO.File.WriteAllLines(File, [Heading, .. others.Append(line).Order(StringComparer.Ordinal)]);
        }
    }
}
