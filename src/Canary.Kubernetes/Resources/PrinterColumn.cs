namespace Canary.Kubernetes.Resources;

/// <summary>A column of <c>kubectl get</c>.</summary>
/// <param name="Type"><c>string</c>, <c>number</c>, <c>integer</c> or <c>date</c>.</param>
/// <param name="IsWide">Shown with <c>-o wide</c> alone.</param>
public sealed record PrinterColumn(string Name, string Type, string Path, string Description, bool IsWide);
