using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Units;
using Canary.Kubernetes.Api.Objects;
using Polly.Timeout;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>One watch, from its request to the end of its stream.</summary>
internal sealed class WatchStream(ApiTransport transport, ResourceKind kind, string? ns, WatchOptions options, TimeProvider time)
{
    /// <summary>Silence beyond the end that the server was asked for: then the connection is dead.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    public async IAsyncEnumerable<WatchEvent> ReadAsync(Action accepted, [EnumeratorCancellation] CancellationToken cancel)
    {
        var asked = options.Timeout ?? TimeSpan.FromSeconds(Random.Shared.Next(300, 600));
        var patience = asked + Grace;
        var request = Request(asked);
        using var silence = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancel);

        using var response = await ToldAsync(transport.OpenAsync(request, either.Token), request, patience, cancel);
        accepted();
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        await using var lines = LineReader.ReadAsync(stream, either.Token).GetAsyncEnumerator(either.Token);
        while (await ToldAsync(lines.MoveNextAsync().AsTask(), request, patience, cancel))
        {
            silence.CancelAfter(patience);
            if (Event(lines.Current, request) is { } seen) yield return seen;
        }
    }

    private ApiRequest Request(TimeSpan asked)
    {
        var query = new Query()
            .Add("watch", "true").Add("allowWatchBookmarks", options.AllowBookmarks ? "true" : null)
            .Add("resourceVersion", options.ResourceVersion).Add("labelSelector", options.LabelSelector)
            .Add("fieldSelector", options.FieldSelector)
            .Add("timeoutSeconds", Math.Max(1, (long)asked.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        return ApiRequest.Get("watch", kind.ToString(), kind.Path(ns, null, null) + query);
    }

    /// <summary>Tells failures of the way as everywhere else; a cancellation that the caller asked for stays one.</summary>
    private async Task<T> ToldAsync<T>(Task<T> step, ApiRequest request, TimeSpan patience, CancellationToken cancel)
    {
        try
        {
            return await step;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw transport.Unanswered(new TimeoutRejectedException(), request, patience)!;
        }
        catch (Exception problem) when (cancel.IsCancellationRequested && problem is not OperationCanceledException)
        {
            // The connection broke while the caller was going: what counts is that it goes.
            throw new OperationCanceledException(problem.Message, problem, cancel);
        }
        catch (JsonException problem)
        {
            throw transport.Unanswered(new IOException($"a line is not a JSON document: {problem.Message}", problem), request, patience)!;
        }
        catch (Exception problem) when (!cancel.IsCancellationRequested && transport.Unanswered(problem, request, patience) is { } told)
        {
            throw told;
        }
    }

    private WatchEvent? Event(JsonNode? line, ApiRequest request)
    {
        if (line is not JsonObject change || change["object"] is not JsonObject document)
            throw transport.Unanswered(new IOException("a line is not an event with an object"), request, TimeSpan.Zero)!;

        var type = change["type"] is JsonValue word && word.TryGetValue(out string? said) ? said : "";
        if (type == "BOOKMARK") return new WatchEvent.Bookmark(Documents.ResourceVersion(document));
        if (type == "ERROR") return new WatchEvent.Error(ApiStatus.Of(document, 500));

        if (type is "ADDED" or "MODIFIED" or "DELETED" && Unfit(document) is { } why)
            throw transport.Unanswered(new IOException(why), request, TimeSpan.Zero)!;

        // Free of the event, so that the object can be put into other documents.
        change.Remove("object");
        return type switch
        {
            "ADDED" => new WatchEvent.Added(document),
            "MODIFIED" => new WatchEvent.Modified(document),
            "DELETED" => new WatchEvent.Deleted(document),
            _ => null, // A later server may have further types; none of them may stop the watch.
        };
    }

    // What has no name, or is of another kind, would stay in the cache: no list and no event ever takes it out.
    private string? Unfit(JsonObject document) => Documents.Text(document["kind"]) is { } found && found != kind.Kind
        ? $"a line holds an object of kind \"{ServerText.FirstLine(found, 60)}\", and {kind.Kind} was asked for"
        : ObjectName.Of(document).Name.Length == 0 ? "a line holds an object without a name" : null;
}
