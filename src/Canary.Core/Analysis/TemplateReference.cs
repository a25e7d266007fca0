namespace Canary.Core.Analysis;

/// <summary>An AnalysisTemplate of the same namespace, or a ClusterAnalysisTemplate.</summary>
public sealed record TemplateReference(string TemplateName, bool IsClusterScoped);
