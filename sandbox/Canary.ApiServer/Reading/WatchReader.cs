using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Http;
using Canary.ApiServer.Storage;

namespace Canary.ApiServer.Reading;

/// <summary>Carries out one watch: what is there, then every change, until its time is over or the client goes.</summary>
internal sealed class WatchReader
{
    // Before the end of its time a watch that has told anything says how far it came.
    private static readonly TimeSpan LastBookmark = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestWatch = TimeSpan.FromHours(1);

    private readonly StoredObjects store;
    private readonly ListingReader lists;
    private readonly TimeProvider clock;
    private readonly TimeSpan bookmarkInterval;
    private readonly Selection selection;
    private readonly ReadOptions options;
    private readonly WatchLines lines;
    private readonly ServedResource resource;

    public WatchReader(
        StoredObjects store,
        ListingReader lists,
        TimeProvider clock,
        TimeSpan bookmarkInterval,
        Selection selection,
        ReadOptions options,
        WatchLines lines,
        ServedResource resource)
    {
        this.store = store;
        this.lists = lists;
        this.clock = clock;
        this.bookmarkInterval = bookmarkInterval;
        this.selection = selection;
        this.options = options;
        this.lines = lines;
        this.resource = resource;
    }

    public async Task WriteAsync(Stream output, CancellationToken cancel)
    {
        // The headers go out at once: a client counts on them before anything happens.
        await output.FlushAsync(cancel);
        if (options.SendsInitialEvents == true && await RefusalOfFutureAsync(cancel) is { } refusal)
        {
            await WriteErrorAsync(output, refusal, cancel);
            return;
        }

        var (link, present, revision) = store.Read(Begin);
        if (link is null)
        {
            await WriteErrorAsync(output, Statuses.TooOld(options.Version, resource.Objects.Floor), cancel);
            return;
        }

        foreach (var stored in present.Where(selection.Holds))
            await output.WriteAsync(lines.Event("ADDED", stored), cancel);
        if (options.SendsInitialEvents == true && options.AllowsBookmarks)
            await output.WriteAsync(lines.Bookmark(revision, isEndOfInitial: true), cancel);
        await output.FlushAsync(cancel);
        await FollowAsync(output, link, cancel);
    }

    private async Task<JsonObject?> RefusalOfFutureAsync(CancellationToken cancel)
    {
        try
        {
            await lists.AwaitRevisionAsync(options.Version, cancel);
            return null;
        }
        catch (ApiRefusal e)
        {
            return e.Status;
        }
    }

    /// <summary>The change to go on from (null: it is forgotten), what is to be told as present before, and the revision of both.</summary>
    private (Change? Link, IEnumerable<StoredObject> Present, long Revision) Begin()
    {
        var objects = resource.Objects;
        var isFromNow = options.Version == 0 || options.SendsInitialEvents is not null;
        if (isFromNow)
            return (objects.Last, options.SendsInitialEvents == false ? [] : objects.Objects.Values, store.Revision);
        return (options.Version < objects.Floor ? null : objects.LinkBefore(options.Version), [], store.Revision);
    }

    private async Task FollowAsync(Stream output, Change link, CancellationToken cancel)
    {
        var start = clock.GetUtcNow();
        var end = start + (options.TimeoutSeconds > 0 ? TimeSpan.FromSeconds(options.TimeoutSeconds) : LongestWatch);
        var nextBookmark = start + bookmarkInterval;
        var hasTold = false;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, resource.Replaced);
        while (true)
        {
            if (hasTold && end - LastBookmark > start && end - LastBookmark < nextBookmark)
                nextBookmark = end - LastBookmark;
            var wake = options.AllowsBookmarks && nextBookmark < end ? nextBookmark : end;
            var following = await NextAsync(link, wake - clock.GetUtcNow(), either.Token);
            if (following is not null)
            {
                for (; following is not null; following = link.Next)
                {
                    link = following;
                    hasTold |= await WriteChangeAsync(output, link, cancel);
                }

                await output.FlushAsync(cancel);
                continue;
            }

            cancel.ThrowIfCancellationRequested();
            if (wake == end || link.NextAsync.IsCanceled || resource.Replaced.IsCancellationRequested)
                return;

            nextBookmark = wake + bookmarkInterval;
            hasTold = false;
            // Only when nothing is under way does the revision of now hold for this watch.
            if (store.Read(() => link.Next is null ? store.Revision : 0) is > 0 and var revision)
            {
                await output.WriteAsync(lines.Bookmark(revision, isEndOfInitial: false), cancel);
                await output.FlushAsync(cancel);
            }
        }
    }

    private async Task<Change?> NextAsync(Change link, TimeSpan patience, CancellationToken cancel)
    {
        if (patience <= TimeSpan.Zero)
            return link.Next;

        try
        {
            return await link.NextAsync.WaitAsync(patience, clock, cancel);
        }
        catch (TimeoutException)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            // The client went, the collection is gone, or the definition changed: the caller sees which.
            return null;
        }
    }

    private async Task<bool> WriteChangeAsync(Stream output, Change change, CancellationToken cancel)
    {
        // A watch from the future is silent until the present has caught up with it.
        if (change.Revision <= options.Version)
            return false;

        var isIn = change.Kind != StoredChangeKind.Deleted && selection.Holds(change.Current);
        var wasIn = change.Previous is not null && selection.Holds(change.Previous);
        var line = (isIn, wasIn) switch
        {
            (true, true) => lines.Event("MODIFIED", change.Current),
            (true, false) => lines.Event("ADDED", change.Current),
            (false, true) when change.Kind == StoredChangeKind.Deleted => lines.Event("DELETED", change.Current),
            (false, true) => lines.Departure(change.Previous!, change.Revision),
            (false, false) => null,
        };
        if (line is null)
            return false;

        await output.WriteAsync(line, cancel);
        return true;
    }

    private static async Task WriteErrorAsync(Stream output, JsonObject status, CancellationToken cancel)
    {
        var line = new JsonObject { ["type"] = "ERROR", ["object"] = status };
        await output.WriteAsync(Encoding.UTF8.GetBytes(line.ToJsonString(ReplyJson.Options) + "\n"), cancel);
        await output.FlushAsync(cancel);
    }
}
