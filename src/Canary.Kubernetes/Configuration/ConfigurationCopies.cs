using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Configuration;

/// <summary>
/// The copies that stable's pods read. One is made before a template names it, and is never changed. It goes when no ReplicaSet of the copy
/// names it any more, so that <c>kubectl rollout undo</c> finds it, and the last ones with the Rollout.
/// </summary>
internal sealed class ConfigurationCopies(ApiClient client, RolloutCaches caches, RolloutSnapshot rollout)
{
    private static readonly WriteOptions Options = new("canary", FieldValidation: "Strict", IsRepeatable: true);
    private static readonly ResourceKind[] _kinds = [KnownKinds.ConfigMaps, KnownKinds.Secrets];

    private readonly string _ns = rollout.Name.Namespace;

    /// <summary>Makes the copies of what a template reads, in the content that <paramref name="view"/> says and in no other.</summary>
    /// <param name="template">The template of the workload.</param>
    /// <param name="scheme">What counts.</param>
    /// <param name="view">The content that was analysed.</param>
    /// <param name="cancel">Ends the writing.</param>
    /// <returns>Null: they are there.</returns>
    public async Task<WriteResult?> MakeAsync(JsonObject template, RevisionScheme scheme, ConfigurationView view,
        CancellationToken cancel)
    {
        foreach (var reference in ConfigurationView.Parts(template, scheme))
        {
            if (!view.Digests.TryGetValue(reference, out var digest))
                return new WriteResult.Contended($"{reference} cannot be read");
            if (digest != ConfigurationCopyName.Absent && !view.Kept.Contains(reference)
                && await MakeAsync(reference, digest, view, cancel) is { } failed) return failed;
        }

        return null;
    }

    /// <summary>Those that the copy's template names, that are gone, and whose original still has the content.</summary>
    public async Task<IReadOnlyList<(ConfigurationReference Original, string Digest)>> FindLostAsync(JsonObject copy,
        ConfigurationView view, CancellationToken cancel)
    {
        var lost = new List<(ConfigurationReference, string)>();
        foreach (var (original, digest) in CopyReferences.List(Json.Object(copy, "spec", "template") ?? []))
        {
            if (digest != ConfigurationCopyName.Absent && view.Digests.GetValueOrDefault(original) == digest
                && await caches.Configuration.FindAsync(original.Kind, _ns, cancel) is { HasSynced: true } known
                && known.Get(new ObjectName(_ns, ConfigurationCopyName.Format(original.Name, digest))) is null)
                lost.Add((original, digest));
        }

        return lost;
    }

    /// <summary>Makes one of them.</summary>
    public async Task<WriteResult?> MakeAsync(ConfigurationReference original, string digest, ConfigurationView view,
        CancellationToken cancel)
    {
        var name = new ObjectName(_ns, ConfigurationCopyName.Format(original.Name, digest));
        var known = await caches.Configuration.FindAsync(original.Kind, _ns, cancel);
        try
        {
            if (known?.Get(name) is { } there) return Check(original.Kind, there, digest, view);
            // The cache holds no values. What was read now is copied only where it is what was analysed.
            if (await client.FindAsync(original.Kind, new ObjectName(_ns, original.Name), cancel) is not { } live
                || view.Digest(ConfigurationContent.Compute(live)) != digest)
                return new WriteResult.Contended($"{original} was changed since its content was read");
            known?.Note(await client.CreateAsync(original.Kind, _ns, Document(original.Kind, live, name.Name), Options, cancel));
            return null;
        }
        catch (ApiException failure) when (failure.IsAlreadyExists)
        {
            // Made by a process that ended before it could use it, or by somebody else.
            return await client.FindAsync(original.Kind, name, cancel) is { } other
                ? Check(original.Kind, ConfigurationContent.Project(other), digest, view) : null;
        }
        catch (ApiException failure)
        {
            return new WriteResult.Refused($"{original.Kind.Kind} {name}: {failure.Status.Message}");
        }
    }

    /// <summary>Deletes what neither the copy, nor a ReplicaSet of it, nor <paramref name="next"/> names. What is there is listed: no
    /// template of now may read that kind, so that nobody follows it.</summary>
    /// <param name="copy">The copy.</param>
    /// <param name="next">The template that it gets.</param>
    /// <param name="cancel">Ends the writing.</param>
    public async Task CollectAsync(JsonObject copy, JsonObject next, CancellationToken cancel)
    {
        var made = new List<ConfigurationReference>();
        try
        {
            foreach (var kind in _kinds) made.AddRange(await ListAsync(kind, cancel) ?? []);
            if (made.Count == 0) return;
            var labels = Json.Map(copy, "spec", "selector", "matchLabels");
            var selector = string.Join(',', labels.Select(label => $"{label.Key}={label.Value}"));
            var sets = await client.ListAllAsync(KnownKinds.ReplicaSets, _ns, new ListOptions(LabelSelector: selector), cancel);
            var named = sets.Items.Append(copy).Select(one => Json.Object(one, "spec", "template")).OfType<JsonObject>().Append(next)
                .SelectMany(PodConfiguration.Find).ToHashSet();
            await DeleteAsync(made.Where(one => !named.Contains(one)), cancel);
        }
        catch (ApiException)
        {
            // The next promotion tries again: what is left over harms nobody.
        }
    }

    /// <summary>Deletes all that were made for this Rollout: no pod of the copy is to come any more.</summary>
    public async Task<WriteResult?> RemoveAsync(CancellationToken cancel)
    {
        try
        {
            // An earlier revision may have read a kind that the one of now does not.
            foreach (var kind in _kinds)
            {
                if (await ListAsync(kind, cancel) is { } made) await DeleteAsync(made, cancel);
                else if (rollout.Status.RevisionScheme?.Configuration
                    .Any(one => one.StartsWith(kind.Kind + "/", StringComparison.Ordinal)) is true)
                    return new WriteResult.Refused($"the copies of {kind.Kind}s are left: they may not be listed in namespace {_ns}");
            }

            return null;
        }
        catch (ApiException failure)
        {
            return new WriteResult.Refused($"the copies of ConfigMaps and Secrets are left: {failure.Status.Message}");
        }
    }

    /// <summary>The copies of a kind that were made for this Rollout; null: it may not be listed. It costs a request.</summary>
    private async Task<IReadOnlyList<ConfigurationReference>?> ListAsync(ResourceKind kind, CancellationToken cancel)
    {
        try
        {
            var made = await client.ListAllAsync(kind, _ns,
                new ListOptions(LabelSelector: $"{CopyLabels.Rollout}={rollout.Name.Name}", IsMetadataOnly: true), cancel);
            return [.. made.Items.Select(Json.Name).Where(name => ConfigurationCopyName.Parse(name) is not null)
                .Select(name => new ConfigurationReference(kind, name))];
        }
        catch (ApiException failure) when (failure.IsForbidden)
        {
            return null;
        }
    }

    /// <summary>The copies that are there, each with its original and the hash in its name. It costs two requests.</summary>
    public async Task<IReadOnlyCollection<(ConfigurationReference Original, string Digest)>> FindAsync(CancellationToken cancel)
    {
        var found = new HashSet<(ConfigurationReference, string)>();
        foreach (var kind in _kinds)
        {
            found.UnionWith((await ListAsync(kind, cancel) ?? []).Select(one => ConfigurationCopyName.Parse(one.Name))
                .OfType<(string Name, string Digest)>().Select(one => (new ConfigurationReference(kind, one.Name), one.Digest)));
        }

        return found;
    }

    private async Task DeleteAsync(IEnumerable<ConfigurationReference> copies, CancellationToken cancel)
    {
        foreach (var copy in copies)
        {
            try
            {
                await client.DeleteAsync(copy.Kind, new ObjectName(_ns, copy.Name), DeleteOptions.Default, cancel);
            }
            catch (ApiException gone) when (gone.IsNotFound)
            {
                // As it shall be.
            }
        }
    }

    private WriteResult.Refused? Check(ResourceKind kind, JsonObject there, string digest, ConfigurationView view) =>
        CopyLabels.IsOf(there, rollout.Name.Name) && view.Digest(ConfigurationContent.Read(there)) == digest ? null
            : new WriteResult.Refused($"{kind.Kind} {_ns}/{Json.Name(there)} is to be the copy that stable's pods read, and one of that "
                + "name is there with another content; delete it");

    private JsonObject Document(ResourceKind kind, JsonObject original, string name)
    {
        var copy = new JsonObject
        {
            ["apiVersion"] = kind.ApiVersion,
            ["kind"] = kind.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = _ns,
                ["labels"] = new JsonObject
                {
                    ["app.kubernetes.io/managed-by"] = "canary",
                    [CopyLabels.Rollout] = rollout.Name.Name,
                },
            },
            ["immutable"] = true,
        };
        foreach (var member in ConfigurationContent.Members.Append("type"))
        {
            if (original[member] is { } value) copy[member] = value.DeepClone();
        }

        return copy;
    }
}
