using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Conditions;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis.Conditions;

public sealed class GivenTheLanguageReference
{
    private static IEnumerable<TestCaseData> Constructs =>
        LanguageReference.Constructs.Select(construct => new TestCaseData(construct).SetArgDisplayNames(construct.Name));

    [TestCaseSource(nameof(Constructs))]
    public void WhenAnExampleIsRead_ThenItHoldsOrIsRefused(LanguageReference.Construct construct)
    {
        if (construct.Refusal is not null) Assert.That(MetricCondition.Parse(construct.Example), Is.InstanceOf<ConditionParse.Invalid>());
        else Assert.That(Evaluated.On(construct.Example, Answers.Scalar(0)), Is.EqualTo("true"));
    }

    [Test]
    public void WhenAConstructIsAdded_ThenTheDocumentationHasIt() => Documents.AssertPart(
        "conditions.md",
        "constructs",
        Table("| form | example | |\n|---|---|---|\n",
            LanguageReference.Constructs.Select(one =>
                $"| {one.Name} | {Code(one.Example)} | {(one.Refusal is null ? "supported" : $"refused: {one.Refusal}")} |")));

    [Test]
    public void WhenAFunctionIsAdded_ThenTheDocumentationHasIt() => Documents.AssertPart(
        "conditions.md",
        "functions",
        Table("| function | gives |\n|---|---|\n",
            LanguageReference.Functions.Select(one => $"| {Code(one.Signature)} | {one.Meaning} |")));

    private static string Table(string head, IEnumerable<string> rows) => head + string.Concat(rows.Select(row => row + "\n"));

    // A bar ends a cell of a table, and a backtick a piece of code.
    private static string Code(string text)
    {
        var escaped = text.Replace("|", "\\|");
        return escaped.Contains('`') ? $"``` {escaped} ```" : $"`{escaped}`";
    }
}
