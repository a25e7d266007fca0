using System.Collections.Generic;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;

namespace Canary.Engine.Tests.World;

/// <summary>A routed object.</summary>
internal sealed class FakeRoute(string name)
{
    public string Name { get; } = name;

    public Weight Second { get; set; } = Weight.Zero;

    /// <summary>The header and mirror routes before it; null: others.</summary>
    public ManagedRoutes? Managed { get; set; } = ManagedRoutes.None;

    /// <summary>Every weight that it was given, in order.</summary>
    public List<string> Shifts { get; } = [];

    public Claim? Claim { get; set; }
}
