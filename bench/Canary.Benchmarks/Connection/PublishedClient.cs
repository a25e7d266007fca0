using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Benchmarks.Connection;

/// <summary>The API client of a published controller, of whatever commit: found by the names of its types and members, which may lie in any
/// namespace.</summary>
internal sealed class PublishedClient
{
    private readonly Type[] _types;
    private readonly object _client;

    /// <param name="folder">The published controller.</param>
    /// <param name="kubeconfig">The server.</param>
    public PublishedClient(string folder, string kubeconfig)
    {
        _types = new Libraries(folder).LoadFromAssemblyName(new AssemblyName("Canary.Kubernetes")).GetTypes();
        var config = Named("KubeConfig").GetMethod("Load", [typeof(string), typeof(string)])!.Invoke(null, [kubeconfig, null]);
        _client = Make("ApiClient", config, TimeProvider.System);
    }

    /// <summary>Lists all objects of a kind, in pages.</summary>
    /// <param name="kind">The property of <c>KnownKinds</c> that it is.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>How many there are.</returns>
    public async Task<int> ListAsync(string kind, CancellationToken cancel)
    {
        var task = (Task)Call("ListAllAsync", Kind(kind), null, Make("ListOptions"), cancel);
        await task;
        var list = task.GetType().GetProperty("Result")!.GetValue(task)!;
        return ((IReadOnlyCollection<object>)list.GetType().GetProperty("Items")!.GetValue(list)!).Count;
    }

    /// <summary>Watches a kind from a version on, until so many events have come.</summary>
    public async Task WatchAsync(string kind, string version, int events, CancellationToken cancel)
    {
        var options = Make("WatchOptions", ("ResourceVersion", version));
        var watch = (IAsyncEnumerable<object>)Call("WatchAsync", Kind(kind), null, options, cancel);
        var left = events;
        await foreach (var _ in watch.WithCancellation(cancel))
        {
            if (--left == 0) return;
        }

        throw new InvalidOperationException($"the watch of {kind} ended {left} events before its end");
    }

    private Type Named(string name) => _types.Single(type => type.Name == name && !type.IsNested);

    private object Kind(string name) => Named("KnownKinds").GetProperty(name)!.GetValue(null)!;

    private object Call(string method, params object?[] arguments) =>
        _client.GetType().GetMethods().Single(one => one.Name == method && !one.IsGenericMethod).Invoke(_client, arguments)!;

    private object Make(string type, params object?[] first)
    {
        var constructor = Named(type).GetConstructors()[0];
        return constructor.Invoke([.. first, .. constructor.GetParameters().Skip(first.Length).Select(one => one.DefaultValue)]);
    }

    private object Make(string type, (string Name, object Value) named)
    {
        var constructor = Named(type).GetConstructors()[0];
        return constructor.Invoke(
            [.. constructor.GetParameters().Select(one => one.Name == named.Name ? named.Value : one.DefaultValue)]);
    }

    // What the published folder holds goes before what this program was built with; the runtime's own is shared.
    private sealed class Libraries(string folder) : AssemblyLoadContext("published")
    {
        private readonly AssemblyDependencyResolver _resolver = new(Path.Combine(folder, "canary-controller.dll"));

        protected override Assembly? Load(AssemblyName name) =>
            _resolver.ResolveAssemblyToPath(name) is { } path ? LoadFromAssemblyPath(path) : null;
    }
}
