using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Selectors;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Documents;

/// <summary>Lists that a real API server answered, with their selectors.</summary>
public sealed class GivenARecordedList
{
    [Test]
    public void WhenALabelSelectorIsParsed_ThenItSelectsTheSameOrIsRefusedInTheSameWords()
    {
        var all = Everything();
        var lines = Lists()
            .Where(line => line.Query("labelSelector") is not null && line.Step.StartsWith("labelSelector", StringComparison.Ordinal))
            .ToList();

        Assert.That(lines, Has.Count.GreaterThan(18));
        Assert.Multiple(() =>
        {
            foreach (var line in lines)
                Assert.That(Selected(all, () => LabelSelector.Parse(line.Query("labelSelector")!).Matches), Is.EqualTo(Answered(line)),
                    line.Step);
        });
    }

    [Test]
    public void WhenAFieldSelectorIsParsed_ThenItSelectsTheSameOrIsRefusedInTheSameWords()
    {
        var all = Everything();
        var lines = Lists()
            .Where(line => line.Query("fieldSelector") is not null && line.Path.EndsWith("/rec-list/rollouts", StringComparison.Ordinal))
            .ToList();

        Assert.That(lines, Has.Count.GreaterThan(8));
        Assert.Multiple(() =>
        {
            foreach (var line in lines)
                Assert.That(Selected(all, () => FieldSelector.ForCustomResource(line.Query("fieldSelector")!, []).Matches),
                    Is.EqualTo(Answered(line)), line.Step);
        });
    }

    [TestCase("configmaps", "ConfigMap")]
    [TestCase("deployments", "Deployment")]
    public void WhenABuiltInFieldIsNotSelectable_ThenTheWordsAreTheSame(string plural, string kind)
    {
        var line = Lists().Single(one => one.Path.EndsWith(plural, StringComparison.Ordinal) && one.Query("fieldSelector") is not null);

        var refusal = Assert.Throws<SelectorException>(() => FieldSelector.ForBuiltIn(line.Query("fieldSelector")!, kind));

        Assert.That(refusal!.Message, Is.EqualTo(line.Body.Member("message").Text()));
    }

    private static IEnumerable<RecordedLine> Lists() => Recording.Lines("06-list.jsonl").Where(line => line.Method == "GET");

    /// <summary>The seven objects that were listed: numbered, even or odd, and the fourth special.</summary>
    private static List<JsonObject> Everything() => [.. Enumerable.Range(0, 7).Select(number =>
    {
        var labels = new JsonObject { ["n"] = $"{number}", ["parity"] = number % 2 == 0 ? "even" : "odd" };
        if (number == 3)
            labels["special"] = "";
        return new JsonObject { ["metadata"] =
            new JsonObject { ["name"] = $"r{number}", ["namespace"] = "rec-list", ["labels"] = labels } };
    })];

    private static string Selected(List<JsonObject> all, Func<Func<JsonObject, bool>> parse)
    {
        try
        {
            var matches = parse();
            return string.Join(',', all.Where(matches).Select(item => item.At("metadata", "name").Text()));
        }
        catch (SelectorException e)
        {
            return e.Message;
        }
    }

    private static string Answered(RecordedLine line) => line.Status == 200
        ? string.Join(',', ((JsonArray)line.Body!["items"]!).Select(item => item.At("metadata", "name").Text()))
        : line.Body.Member("message").Text()!;
}
