using Canary.Core.Units;
using Canary.Engine.Ports;

namespace Canary.Engine.Tests.World;

/// <summary>A routed object.</summary>
internal sealed class FakeRoute(string name)
{
    public string Name { get; } = name;

    public Weight Second { get; set; } = Weight.Zero;

    public Claim? Claim { get; set; }
}
