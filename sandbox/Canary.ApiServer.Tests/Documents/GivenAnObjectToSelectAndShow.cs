using System;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Columns;
using Canary.ApiServer.Documents.Selectors;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Documents;

public sealed class GivenAnObjectToSelectAndShow
{
    private static readonly JsonObject Pod = (JsonObject)JsonNode.Parse(
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"ns","labels":{"app":"web","n":"5"},"creationTimestamp":"2026-01-01T00:00:00Z"},
         "spec":{"nodeName":"n1","containers":[{"name":"a"},{"name":"b"}]},
         "status":{"phase":"Running","conditions":[{"type":"Ready","status":"False"},{"type":"Odd","status":"True"}],"containerStatuses":[
          {"name":"a","ready":true,"restartCount":1,"state":{"running":{}},"lastState":{"terminated":{"finishedAt":"2026-01-01T00:09:00Z"}}},
          {"name":"b","ready":false,"restartCount":2,"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}}
        """)!;

    [TestCase("", true)]
    [TestCase("app=web,n>4,!gone", true)]
    [TestCase("app in (api, web),n notin (6)", true)]
    [TestCase("app!=web", false)]
    [TestCase("gone!=x", true)]
    [TestCase("n<5", false)]
    [TestCase("gone", false)]
    public void WhenItIsSelectedByLabels_ThenAllConditionsCount(string selector, bool isSelected) =>
        Assert.That(LabelSelector.Parse(selector).Matches(Pod), Is.EqualTo(isSelected));

    [TestCase("app=", "app=web)", "found ')', expected: ',' or 'end of string'")]
    [TestCase("", "n>x",
        "unable to parse requirement: values[0][n]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer")]
    [TestCase("", "app=web,", "found '', expected: identifier after ','")]
    public void WhenASelectorIsMalformed_ThenItSaysWhereAndWhatWasExpected(string fine, string broken, string message)
    {
        Assert.That(() => LabelSelector.Parse(fine), Throws.Nothing);

        Assert.That(Assert.Throws<SelectorException>(() => LabelSelector.Parse(broken))!.Message, Is.EqualTo(message));
    }

    [TestCase("status.phase=Running,spec.nodeName!=n2", true)]
    [TestCase("metadata.name==p,metadata.namespace=other", false)]
    public void WhenItIsSelectedByFields_ThenAllConditionsCount(string selector, bool isSelected) =>
        Assert.That(FieldSelector.ForBuiltIn(selector, "Pod").Matches(Pod), Is.EqualTo(isSelected));

    [Test]
    public void WhenAPodIsShown_ThenItsContainersDecideTheStatus()
    {
        var now = DateTimeOffset.Parse("2026-01-01T00:10:00Z", System.Globalization.CultureInfo.InvariantCulture);

        var table = TableView.Render(TableView.BuiltIn("", "Pod"), [Pod], now, null, null);

        Assert.That(table["rows"]![0]!["cells"]!.ToJsonString(JsonTexts.Options), Is.EqualTo(
            """["p","1/2","CrashLoopBackOff","3 (60s ago)","10m","<none>","n1","<none>","<none>"]"""));
    }

    [TestCase(".status.phase", "Running")]
    [TestCase(".status.conditions[?(@.type==\"Ready\")].status", "False")]
    [TestCase(".status.conditions[?(@.type!='Ready')].status", "True")]
    [TestCase(".spec.containers[*].name", "a")]
    [TestCase(".spec.containers[-1].name", "b")]
    [TestCase(".metadata.labels['app']", "web")]
    [TestCase(".metadata.nope.deeper", null)]
    public void WhenAPrinterColumnLooksForAValue_ThenTheFirstIsShown(string path, string? value) =>
        Assert.That(PrinterPath.Parse(path).First(Pod).Text(), Is.EqualTo(value));

    [TestCase(0, "0s")]
    [TestCase(119, "119s")]
    [TestCase(120, "2m")]
    [TestCase(190, "3m10s")]
    [TestCase(600, "10m")]
    [TestCase(10799, "179m")]
    [TestCase(10800, "3h")]
    [TestCase(12060, "3h21m")]
    [TestCase(172799, "47h")]
    [TestCase(183600, "2d3h")]
    [TestCase(691200, "8d")]
    [TestCase(72576000, "2y110d")]
    [TestCase(315360000, "10y")]
    [TestCase(-5, "<invalid>")]
    public void WhenAnAgeIsShown_ThenItIsRoundedTheWayKubectlDoes(int seconds, string text) =>
        Assert.That(Ages.Text(TimeSpan.FromSeconds(seconds)), Is.EqualTo(text));

    [TestCase(0, "0")]
    [TestCase(100, "100")]
    [TestCase(0.5, "0.5")]
    [TestCase(-1.01, "-1.01")]
    [TestCase(2147483647, "2.147483647e+09")]
    [TestCase(1000000, "1e+06")]
    [TestCase(0.00001, "1e-05")]
    public void WhenANumberStandsInAMessage_ThenItIsWrittenAsGoDoes(double number, string text) =>
        Assert.That(GoFormat.Number(number), Is.EqualTo(text));
}
