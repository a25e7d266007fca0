using System;
using System.Collections.Generic;
using Canary.ApiServer.Access;

namespace Canary.ApiServer;

/// <summary>How an embedded API server runs. The defaults are those of the sandbox.</summary>
public sealed record ApiServerOptions
{
    /// <summary>Port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Serves https with a certificate of its own making, whose authority stands in the kubeconfig. Default: plain http.</summary>
    public bool UsesTls { get; init; }

    /// <summary>Accepted bearer tokens. Empty: everybody may do everything.</summary>
    public IReadOnlyList<ApiToken> Tokens { get; init; } = [];

    /// <summary>Changes remembered for each resource; a watch that starts before them is told to list again.</summary>
    public int HistoryLimit { get; init; } = 2_000;

    /// <summary>How often an idle watch that allows bookmarks gets one.</summary>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Time between the deletion of a namespace and the deletion of what is in it.</summary>
    public TimeSpan NamespaceDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
