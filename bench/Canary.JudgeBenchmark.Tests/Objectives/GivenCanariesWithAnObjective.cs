using System.Linq;
using Canary.JudgeBenchmark.Objectives;
using NUnit.Framework;

namespace Canary.JudgeBenchmark.Tests.Objectives;

public sealed class GivenCanariesWithAnObjective
{
    private static ObjectiveCell Find(string name) =>
        ObjectiveCell.All.Single(cell => cell.Name == name && cell.RequestsPerSecond == 10);

    [Test]
    public void WhenItBurnsTenTimesAsFast_ThenItIsFoundAndAHealthyOneIsNot()
    {
        Assert.That(ObjectiveTable.Run(Find("10 times as fast") with { Minutes = 30 }, 20, 1, 2), Has.None.Null);
        Assert.That(ObjectiveTable.Run(Find("half of what is allowed") with { Minutes = 30 }, 20, 1, 2), Has.All.Null);
    }

    [Test]
    public void WhenTheTableIsWrittenTwice_ThenItIsTheSame()
    {
        ObjectiveCell[] cells = [Find("at the objective") with { Minutes = 10 }, Find("50 times as fast") with { Minutes = 10 }];

        Assert.That(ObjectiveTable.Write(cells, 40, 3, 2), Is.EqualTo(ObjectiveTable.Write(cells, 40, 3, 1)));
    }
}
