namespace Canary.ApiServer.Kinds;

/// <summary>Custom resources: everything counts for the generation, and a replace has to say what it replaces.</summary>
internal sealed class CustomHandling : KindHandling
{
    public static readonly CustomHandling Instance = new();

    public override bool HasGeneration => true;

    public override bool AllowsUnconditionalUpdate => false;
}
