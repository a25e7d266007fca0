using System.Collections.Generic;

namespace Canary.Kubernetes.Tests.Api;

/// <summary>A request as it arrived.</summary>
internal sealed record SeenRequest(string Method, string PathAndQuery, IReadOnlyDictionary<string, string> Headers, string Body,
    string Protocol);
