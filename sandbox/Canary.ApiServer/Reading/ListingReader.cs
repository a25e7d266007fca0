using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Http;
using Canary.ApiServer.Replies;
using Canary.ApiServer.Storage;

namespace Canary.ApiServer.Reading;

/// <summary>Carries out GET of one object and of lists.</summary>
internal sealed class ListingReader(StoredObjects store, TimeProvider clock)
{
    private static readonly TimeSpan FreshnessWait = TimeSpan.FromSeconds(3);

    public async Task<Reply> GetAsync(ReceivedRequest request, RequestTarget.Resource path, ServedResource resource,
        CancellationToken cancel)
    {
        await AwaitRevisionAsync(ReadOptions.VersionOf(request.QueryText("resourceVersion") ?? ""), cancel);
        var isFound = store.Read(() => resource.Objects.Objects).TryGetValue(resource.KeyOf(path.Namespace, path.Name), out var stored);
        if (path.Subresource == "scale" && resource.Scale is not null)
        {
            return isFound
                ? new Reply.Document(200, ScaleDocument.Build(resource, resource.View(stored!)))
                : throw ApiRefusal.NotFound(resource.Group, resource.Plural + "/scale", path.Name);
        }

        if (!isFound || (path.Subresource == "status" && !resource.HasStatus))
            throw resource.NotFound(path.Name);
        return new Reply.Item(200, resource, resource.View(stored!));
    }

    public async Task<Reply> ListAsync(ReceivedRequest request, RequestTarget.Resource path, ServedResource resource,
        CancellationToken cancel)
    {
        var options = ReadOptions.Parse(request, isWatch: false);
        var selection = Selection.Parse(request, path, resource);
        if (options.Continue.Length > 0)
            return GoOn(resource, selection, options, ContinueToken.Parse(options.Continue));

        var isExact = options.Match == "Exact" || (options.Match.Length == 0 && options.Version > 0 && options.Limit > 0);
        if (isExact)
        {
            var (objects, revision) = Snapshot(resource, options.Version);
            return Page(resource, selection, objects, revision, options.Limit, "");
        }

        await AwaitRevisionAsync(options.Version, cancel);
        var (current, now) = store.Read(() => (resource.Objects.Objects, store.Revision));
        // Asked for any state, the list comes out of the cache, which knows no pages.
        var limit = options.VersionText == "0" ? 0 : options.Limit;
        return Page(resource, selection, current, now, limit, "");
    }

    public static JsonObject Metadata(ServedResource resource, long revision, string token, long? remaining)
    {
        var metadata = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture) };
        if (resource.IsCustom || token.Length > 0)
            metadata["continue"] = token;
        if (remaining is not null)
            metadata["remainingItemCount"] = remaining;
        return metadata;
    }

    public async Task AwaitRevisionAsync(long revision, CancellationToken cancel)
    {
        var until = clock.GetUtcNow() + FreshnessWait;
        while (store.Read(() => store.Revision) < revision)
        {
            if (clock.GetUtcNow() >= until)
                throw ApiRefusal.TooLargeResourceVersion(revision.ToString(CultureInfo.InvariantCulture), store.Revision);
            await Task.Delay(TimeSpan.FromMilliseconds(50), clock, cancel);
        }
    }

    private Reply GoOn(ServedResource resource, Selection selection, ReadOptions options, ContinueToken token)
    {
        if (token.Revision <= 0)
        {
            var (current, now) = store.Read(() => (resource.Objects.Objects, store.Revision));
            return Page(resource, selection, current, now, options.Limit, token.After);
        }

        if (IsExpired(resource, token.Revision))
        {
            const string Message =
                "The provided continue parameter is too old to display a consistent list result. You can start a new list without the "
                    + "continue parameter, "
                + "or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided "
                + "token results in an "
                + "inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and "
                + "now may show up in the list.";
            var metadata = new JsonObject { ["continue"] = new ContinueToken(-1, token.After).ToString() };
            throw new ApiRefusal(410, "Expired", Message, null, metadata);
        }

        var (objects, revision) = Snapshot(resource, token.Revision);
        return Page(resource, selection, objects, revision, options.Limit, token.After);
    }

    private bool IsExpired(ServedResource resource, long revision) =>
        store.Read(() => revision < store.CompactedRevision || revision < resource.Objects.Floor);

    private (ImmutableSortedDictionary<string, StoredObject> Objects, long Revision) Snapshot(ServedResource resource, long revision)
    {
        if (IsExpired(resource, revision))
            throw new ApiRefusal(410, "Expired", "The resourceVersion for the provided list is too old.");
        return store.Read(() => revision > store.Revision
            ? throw ApiRefusal.Internal("etcdserver: mvcc: required revision is a future revision")
            : (resource.Objects.At(revision), revision));
    }

    private static Reply.List Page(
        ServedResource resource,
        Selection selection,
        ImmutableSortedDictionary<string, StoredObject> objects,
        long revision,
        long limit,
        string after)
    {
        var chosen = objects.Values.Where(o => string.CompareOrdinal(o.Key, after) > 0 || after.Length == 0).Where(selection.Holds)
            .ToList();
        if (limit <= 0 || chosen.Count <= limit)
            return new Reply.List(resource, Views(resource, chosen), Metadata(resource, revision, "", null));

        var page = chosen.Take((int)limit).ToList();
        var token = new ContinueToken(revision, page[^1].Key).ToString();
        long? remaining = selection.IsNarrowed ? null : chosen.Count - page.Count;
        return new Reply.List(resource, Views(resource, page), Metadata(resource, revision, token, remaining));
    }

    private static List<JsonObject> Views(ServedResource resource, IEnumerable<StoredObject> objects) => [.. objects.Select(resource.View)];
}
