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

    private readonly StoredObjects _store;
    private readonly ListingReader _lists;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _bookmarkInterval;
    private readonly Selection _selection;
    private readonly ReadOptions _options;
    private readonly WatchLines _lines;
    private readonly ServedResource _resource;

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
        _store = store;
        _lists = lists;
        _clock = clock;
        _bookmarkInterval = bookmarkInterval;
        _selection = selection;
        _options = options;
        _lines = lines;
        _resource = resource;
    }

    public async Task WriteAsync(Stream output, CancellationToken cancel)
    {
        // The headers go out at once: a client counts on them before anything happens.
        await output.FlushAsync(cancel);
        if (_options.SendsInitialEvents == true && await RefusalOfFutureAsync(cancel) is { } refusal)
        {
            await WriteErrorAsync(output, refusal, cancel);
            return;
        }

        var (link, present, revision) = _store.Read(Begin);
        if (link is null)
        {
            await WriteErrorAsync(output, Statuses.TooOld(_options.Version, _resource.Objects.Floor), cancel);
            return;
        }

        foreach (var stored in present.Where(_selection.Holds))
            await output.WriteAsync(_lines.Event("ADDED", stored), cancel);
        if (_options.SendsInitialEvents == true && _options.AllowsBookmarks)
            await output.WriteAsync(_lines.Bookmark(revision, isEndOfInitial: true), cancel);
        await output.FlushAsync(cancel);
        await FollowAsync(output, link, cancel);
    }

    private async Task<JsonObject?> RefusalOfFutureAsync(CancellationToken cancel)
    {
        try
        {
            await _lists.AwaitRevisionAsync(_options.Version, cancel);
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
        var objects = _resource.Objects;
        var isFromNow = _options.Version == 0 || _options.SendsInitialEvents is not null;
        if (isFromNow)
            return (objects.Last, _options.SendsInitialEvents == false ? [] : objects.Objects.Values, _store.Revision);
        return (_options.Version < objects.Floor ? null : objects.LinkBefore(_options.Version), [], _store.Revision);
    }

    private async Task FollowAsync(Stream output, Change link, CancellationToken cancel)
    {
        var start = _clock.GetUtcNow();
        var end = start + (_options.TimeoutSeconds > 0 ? TimeSpan.FromSeconds(_options.TimeoutSeconds) : LongestWatch);
        var nextBookmark = start + _bookmarkInterval;
        var hasTold = false;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _resource.Replaced);
        while (true)
        {
            if (hasTold && end - LastBookmark > start && end - LastBookmark < nextBookmark)
                nextBookmark = end - LastBookmark;
            var wake = _options.AllowsBookmarks && nextBookmark < end ? nextBookmark : end;
            var following = await NextAsync(link, wake - _clock.GetUtcNow(), either.Token);
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
            if (wake == end || link.NextAsync.IsCanceled || _resource.Replaced.IsCancellationRequested)
                return;

            nextBookmark = wake + _bookmarkInterval;
            hasTold = false;
            // Only when nothing is under way does the revision of now hold for this watch.
            if (_store.Read(() => link.Next is null ? _store.Revision : 0) is > 0 and var revision)
            {
                await output.WriteAsync(_lines.Bookmark(revision, isEndOfInitial: false), cancel);
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
            return await link.NextAsync.WaitAsync(patience, _clock, cancel);
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
        if (change.Revision <= _options.Version)
            return false;

        var isIn = change.Kind != StoredChangeKind.Deleted && _selection.Holds(change.Current);
        var wasIn = change.Previous is not null && _selection.Holds(change.Previous);
        var line = (isIn, wasIn) switch
        {
            (true, true) => _lines.Event("MODIFIED", change.Current),
            (true, false) => _lines.Event("ADDED", change.Current),
            (false, true) when change.Kind == StoredChangeKind.Deleted => _lines.Event("DELETED", change.Current),
            (false, true) => _lines.Departure(change.Previous!, change.Revision),
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
