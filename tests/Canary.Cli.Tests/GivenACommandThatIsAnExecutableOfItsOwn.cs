using NUnit.Framework;

namespace Canary.Cli.Tests;

public sealed class GivenACommandThatIsAnExecutableOfItsOwn
{
    [TestCase("controller", "canary-controller", "run")]
    [TestCase("controller --namespace shop", "canary-controller", "run --namespace shop")]
    [TestCase("controller run --help", "canary-controller", "run --help")]
    [TestCase("controller --help", "canary-controller", "--help")]
    [TestCase("sandbox", "canary-sandbox", "run")]
    [TestCase("sandbox --seed 7", "canary-sandbox", "run --seed 7")]
    [TestCase("sandbox deploy --version 5.0.0", "canary-sandbox", "deploy --version 5.0.0")]
    [TestCase("demo --json", "canary-sandbox", "demo --json")]
    public void WhenItIsNamed_ThenItGetsTheRestOfTheLine(string line, string executable, string arguments)
    {
        var companion = SiblingExecutable.Find(line.Split(' '));

        Assert.That(companion!.Executable, Is.EqualTo(executable));
        Assert.That(string.Join(' ', companion.Arguments), Is.EqualTo(arguments));
    }

    [TestCase("get")]
    [TestCase("--help")]
    [TestCase("status sandbox")]
    public void WhenAnotherCommandIsNamed_ThenThereIsNone(string line) => Assert.That(SiblingExecutable.Find(line.Split(' ')), Is.Null);
}
