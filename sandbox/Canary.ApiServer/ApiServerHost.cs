using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Access;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Controllers;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Policies;
using Canary.ApiServer.Storage;
using Canary.ApiServer.Writing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Canary.ApiServer;

/// <summary>
/// A Kubernetes-style API server in this process, with its state in memory: a place to try and to test. It behaves as kube-apiserver 1.32
/// together with the garbage collector and the namespace controller; every other controller is a client, as everywhere.
/// </summary>
public sealed class ApiServerHost : IAsyncDisposable
{
    private static readonly string[] FirstNamespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

    private readonly WebApplication _app;
    private readonly StoredObjects _store;
    private readonly ResourceCatalogue _catalogue;
    private readonly NamespaceController _namespaces;
    private readonly ApiServerOptions _options;
    private readonly ServerCertificate? _certificate;

    private ApiServerHost(WebApplication app, StoredObjects store, ResourceCatalogue catalogue, NamespaceController namespaces,
        ApiServerOptions options, ServerCertificate? certificate)
    {
        _app = app;
        _store = store;
        _catalogue = catalogue;
        _namespaces = namespaces;
        _options = options;
        _certificate = certificate;
        Address = new Uri(app.Urls.First());
    }

    /// <summary>Where it listens, always on the loopback interface.</summary>
    public Uri Address { get; }

    public static async Task<ApiServerHost> StartAsync(ApiServerOptions options, CancellationToken cancel)
    {
        var clock = options.Clock;
        var store = new StoredObjects(options.HistoryLimit);
        var catalogue = new ResourceCatalogue(BuiltInResources.In(store));
        var authorizer = new RoleAuthorizer(catalogue);
        var writer = new ObjectWriter(store, catalogue, new PolicyAdmission(catalogue, authorizer), clock);
        var definitions = new DefinitionController(store, catalogue, writer.Deletion, clock);
        var garbage = new GarbageCollector(store, catalogue, writer.Deletion);
        var namespaces = new NamespaceController(store, catalogue, writer.Deletion, clock, options.NamespaceDelay);
        store.Committed += definitions.OnChange;
        store.Committed += garbage.OnChange;
        store.Committed += namespaces.OnChange;
        store.Committed += new QuotaController(store, catalogue).OnChange;

        var tokens = new TokenBook(options.Tokens, catalogue.Find("", "v1", "serviceaccounts")!.Objects, clock);
        var handler = new ApiHandler(store, catalogue, authorizer, new ReviewAnswers(authorizer, tokens, clock), writer, clock,
            options.BookmarkInterval);
        var certificate = options.UsesTls ? ServerCertificate.Make(clock.GetUtcNow()) : null;
        var app = Build(options, certificate);
        var pipeline =
            new RequestPipeline(handler, tokens, clock, app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        app.Run(pipeline.HandleAsync);
        Furnish(store, catalogue, clock);
        await app.StartAsync(cancel);
        return new ApiServerHost(app, store, catalogue, namespaces, options, certificate);
    }

    /// <summary>A kubeconfig with one context, as <c>kubectl</c> and the <c>canary</c> command read it.</summary>
    /// <param name="token">Which of the configured tokens it carries; null for none.</param>
    public string Kubeconfig(string? token) =>
        KubeconfigText.Format(Address, _certificate?.AuthorityPem, token ?? _options.Tokens.FirstOrDefault()?.Token);

    /// <summary>Forgets older states, as a real server does every five minutes: continue tokens and exact lists from before are
    /// expired.</summary>
    public void Compact() => _store.Compact();

    /// <summary>Puts objects in as they are, as from a backup of a server like this one: nothing is checked, and nothing is added but the
    /// resourceVersion.</summary>
    /// <exception cref="ArgumentException">An object is of a kind that is not served.</exception>
    public void Restore(IEnumerable<JsonObject> objects)
    {
        foreach (var obj in objects)
        {
            var kind = _catalogue.FindKind(obj.Text("apiVersion") ?? "", obj.Text("kind") ?? "")
                ?? throw new ArgumentException($"{obj.Text("kind")} is not served", nameof(objects));
            _store.Write(() => _store.Put(kind.Objects, kind.KeyOf(obj.Namespace(), obj.Name()), obj, kind));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _namespaces.Dispose();
        await _app.StopAsync(CancellationToken.None); // The process must not leave its sockets behind, whatever was cancelled.
        await _app.DisposeAsync();
        _certificate?.Dispose();
    }

    private static WebApplication Build(ApiServerOptions options, ServerCertificate? certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 8 * 1024 * 1024;
            kestrel.Limits.MinResponseDataRate = null; // A watch may be silent for hours.
            kestrel.Listen(IPAddress.Loopback, options.Port, listen =>
            {
                if (certificate is not null)
                    listen.UseHttps(certificate.Server);
            });
        });
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(2));
        return builder.Build();
    }

    private static void Furnish(StoredObjects store, ResourceCatalogue catalogue, TimeProvider clock)
    {
        var namespaces = catalogue.Find("", "v1", "namespaces")!;
        foreach (var name in FirstNamespaces)
        {
            var obj = new JsonObject
            {
                ["kind"] = "Namespace",
                ["apiVersion"] = "v1",
                ["metadata"] = new JsonObject
                {
                    ["name"] = name,
                    ["uid"] = Guid.NewGuid().ToString(),
                    ["creationTimestamp"] = clock.GetUtcNow().ToTimestamp(),
                    ["labels"] = new JsonObject { ["kubernetes.io/metadata.name"] = name },
                },
                ["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") },
                ["status"] = new JsonObject { ["phase"] = "Active" },
            };
            store.Write(() => store.Put(namespaces.Objects, name, obj, namespaces));
        }
    }
}
