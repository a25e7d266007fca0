using System;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Reconciling;

namespace Canary.Sandbox.Workloads.Garbage;

/// <summary>Gives each namespace its ServiceAccount <c>default</c>, where no controller-manager does: without it a server may refuse
/// pods.</summary>
internal sealed class ServiceAccountReconciler(ApiClient api) : IReconciler
{
    public const string Default = "default";
    private static readonly WriteOptions Writing = new("canary-sandbox-serviceaccounts");

    public async Task<TimeSpan?> ReconcileAsync(ObjectName name, CancellationToken cancel)
    {
        if (await api.FindAsync(KnownKinds.Namespaces, name, cancel) is not { } @namespace || @namespace.IsTerminating()) return null;
        if (await api.FindAsync(KnownKinds.ServiceAccounts, new ObjectName(name.Name, Default), cancel) is not null) return null;
        var account = new JsonObject
        {
            ["apiVersion"] = KnownKinds.ServiceAccounts.ApiVersion,
            ["kind"] = KnownKinds.ServiceAccounts.Kind,
            ["metadata"] = new JsonObject { ["name"] = Default, ["namespace"] = name.Name },
        };
        await api.CreateAsync(KnownKinds.ServiceAccounts, name.Name, account, Writing, cancel);
        return null;
    }
}
