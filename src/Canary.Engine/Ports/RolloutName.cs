namespace Canary.Engine.Ports;

/// <summary>Namespace and name of a Rollout.</summary>
public readonly record struct RolloutName(string Namespace, string Name)
{
    /// <summary><c>namespace/name</c>.</summary>
    public override string ToString() => $"{Namespace}/{Name}";
}
