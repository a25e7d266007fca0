using System.Threading;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

/// <summary>A world of its own for each test, with the checkout service healthy at 1.0.0 and a Rollout that no controller has looked at
/// yet.</summary>
public abstract class Scenario
{
    internal const string QuickSteps =
        """[{"setWeight":5},{"pause":{"duration":"14s"}},{"setWeight":25},{"pause":{"duration":"4s"}},{"setWeight":50},{"pause":{"duration":"4s"}}]""";
    internal const string OpenSteps = """[{"setWeight":20},{"pause":{}},{"setWeight":60},{"pause":{}}]""";

    internal World World { get; private set; } = null!;

    /// <summary>The checkout service of the world.</summary>
    internal Shop Checkout => new(World, World.Namespace, World.Rollout.Name, Cancel);

    protected static CancellationToken Cancel => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task StartWorldAsync() => World = await World.StartAsync(Cancel);

    [TearDown]
    public async Task StopWorldAsync()
    {
        if (World is not null) await World.DisposeAsync();
    }
}
