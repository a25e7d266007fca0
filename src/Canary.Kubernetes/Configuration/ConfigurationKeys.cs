using System;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Configuration;

/// <summary>Reads the controller's key from its Secret, once, and makes it where there is none.</summary>
/// <param name="client">Speaks to the API server.</param>
/// <param name="name">The Secret.</param>
/// <param name="time">Says when a key that could not be had is asked for again.</param>
internal sealed class ConfigurationKeys(ApiClient client, ObjectName name, TimeProvider time)
{
    private const string Entry = "key";
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly WriteOptions Options = new("canary", FieldValidation: "Strict", IsRepeatable: true);

    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile KeyReading? _last;
    private long _askedAt;

    /// <summary>The key, or why there is none.</summary>
    public async Task<KeyReading> ReadAsync(CancellationToken cancel)
    {
        if (_last is { Key: not null } known) return known;
        await _one.WaitAsync(cancel);
        try
        {
            if (_last is { } last && (last.Key is not null || time.GetElapsedTime(_askedAt) < Pause)) return last;
            var read = await AskAsync(cancel);
            _askedAt = time.GetTimestamp();
            return _last = read;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<KeyReading> AskAsync(CancellationToken cancel)
    {
        try
        {
            var secret = await client.FindAsync(KnownKinds.Secrets, name, cancel) ?? await MakeAsync(cancel);
            return Read(secret) is { } key ? new KeyReading(key, null, false)
                : new KeyReading(null,
                    $"Secret {name} holds no key of {ConfigurationKey.Length} bytes under {Entry}; delete it, and Canary makes another one",
                    true);
        }
        catch (ApiException failure)
        {
            return new KeyReading(null, $"Secret {name}, which holds the key of the hashes, cannot be read or made: {failure.Message}",
                failure.IsForbidden);
        }
    }

    private async Task<JsonObject> MakeAsync(CancellationToken cancel)
    {
        var secret = new JsonObject
        {
            ["apiVersion"] = KnownKinds.Secrets.ApiVersion,
            ["kind"] = KnownKinds.Secrets.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = name.Name,
                ["namespace"] = name.Namespace,
                ["labels"] = new JsonObject { ["app.kubernetes.io/managed-by"] = "canary" },
            },
            ["immutable"] = true,
            ["data"] = new JsonObject { [Entry] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(ConfigurationKey.Length)) },
        };
        try
        {
            return await client.CreateAsync(KnownKinds.Secrets, name.Namespace, secret, Options, cancel);
        }
        catch (ApiException failure) when (failure.IsAlreadyExists)
        {
            return await client.GetAsync(KnownKinds.Secrets, name, cancel);
        }
    }

    private static ConfigurationKey? Read(JsonObject secret)
    {
        var bytes = new byte[ConfigurationKey.Length];
        return Json.Text(secret, "data", Entry) is { } text && Convert.TryFromBase64String(text, bytes, out var length)
            && length == ConfigurationKey.Length ? new ConfigurationKey(bytes) : null;
    }
}

/// <summary>The key, or why there is none.</summary>
/// <param name="Key">Null: there is none.</param>
/// <param name="Problem">Why not.</param>
/// <param name="IsLasting">It does not pass by itself.</param>
internal sealed record KeyReading(ConfigurationKey? Key, string? Problem, bool IsLasting);
