using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Canary.Engine.Ports;

namespace Canary.Providers.Tests.Metrics;

internal sealed class FakeSecrets : Dictionary<string, string>, ISecrets
{
    public Exception? Problem { get; init; }

    public Task<string?> ReadAsync(string @namespace, string name, string key, CancellationToken cancel) =>
        Problem is null ? Task.FromResult(this.GetValueOrDefault($"{@namespace}/{name}/{key}")) : Task.FromException<string?>(Problem);
}
