using NUnit.Framework;

namespace Canary.Controller.Tests.Process;

public sealed class GivenMemoryThatIsNotUsed
{
    private const long Megabyte = 1 << 20;

    [TestCase(100, 40, 0, true, Description = "Much of it, and the process is at rest.")]
    [TestCase(100, 40, 5, false, Description = "The process works: it collects by itself.")]
    [TestCase(46, 40, 0, false, Description = "Little of it.")]
    [TestCase(460, 400, 0, false, Description = "Little of it, measured by what is kept.")]
    [TestCase(510, 400, 0, true)]
    public void WhenTheProcessIsLookedAt_ThenItIsReturnedWhereThatIsWorthThePause(int held, int kept, int allocated, bool isWorthIt)
    {
        Assert.That(UnusedMemory.IsWorthIt(held * Megabyte, kept * Megabyte, allocated * Megabyte), Is.EqualTo(isWorthIt));
    }
}
