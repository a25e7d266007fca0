namespace Canary.Sandbox.Mesh.Routing;

internal sealed record WeightedDestination(Destination Destination, int Weight, HeaderChanges Request, HeaderChanges Response);
