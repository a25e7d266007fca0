using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Access;
using Canary.ApiServer.Http;
using Canary.ApiServer.Replies;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Canary.ApiServer;

/// <summary>From the HTTP request to the reply: authentication first, then what the client can read, then the work.</summary>
internal sealed class RequestPipeline(ApiHandler handler, TokenBook tokens, TimeProvider clock, CancellationToken stopping)
{
    private readonly ReplyWriter _writer = new(clock);

    public async Task HandleAsync(HttpContext http)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        var cancel = either.Token;
        try
        {
            var request = await ReadAsync(http, cancel);
            await AnswerAsync(http, request, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The client has gone or the server stops: nobody waits for an answer.
        }
        catch (Exception e) when (e is IOException or ConnectionResetException)
        {
            // The connection broke while it was read or written.
        }
    }

    private async Task AnswerAsync(HttpContext http, ReceivedRequest? request, CancellationToken cancel)
    {
        if (request is null)
        {
            var none = new Dictionary<string, IReadOnlyList<string>>();
            var anonymous =
                new ReceivedRequest(http.Request.Method, http.Request.Path, none, null, null, "", [], AuthenticatedUser.Anonymous);
            await _writer.WriteAsync(http.Response, anonymous, AnswerForm.Json, new ApiRefusal(401, "Unauthorized", "Unauthorized"),
                cancel);
            return;
        }

        var form = AnswerForm.Negotiate(request.Accept);
        try
        {
            if (form is null && IsNegotiated(request))
                throw NotAcceptable(request);
            var reply = await handler.HandleAsync(request, form ?? AnswerForm.Json, http.Request.Host.Value ?? "", cancel);
            await _writer.WriteAsync(http.Response, request, form ?? AnswerForm.Json, reply, cancel);
        }
        catch (ApiRefusal refusal) when (!http.Response.HasStarted)
        {
            await _writer.WriteAsync(http.Response, request, form ?? AnswerForm.Json, refusal, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException and not IOException && !http.Response.HasStarted)
        {
            // A defect of the server: the client is told where to look, and every other request goes on.
            var refusal = new ApiRefusal(500, "InternalError", $"Internal error occurred: {e}", []);
            await _writer.WriteAsync(http.Response, request, AnswerForm.Json, refusal, cancel);
        }
    }

    private async Task<ReceivedRequest?> ReadAsync(HttpContext http, CancellationToken cancel)
    {
        if (tokens.Authenticate(http.Request.Headers.Authorization) is not { } user)
            return null;

        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, cancel);
        var query = http.Request.Query.ToDictionary(q => q.Key, q => (IReadOnlyList<string>)[.. q.Value.Select(v => v ?? "")],
            StringComparer.Ordinal);
        return new ReceivedRequest(
            http.Request.Method,
            http.Request.Path.Value ?? "/",
            query,
            http.Request.Headers.Accept.Count == 0 ? null : string.Join(',', http.Request.Headers.Accept!),
            http.Request.ContentType,
            http.Request.Headers.UserAgent.ToString(),
            body.ToArray(),
            user);
    }

    // Outside of the API groups a document has the one form that it has.
    private static bool IsNegotiated(ReceivedRequest request) => request.Path.StartsWith("/api", StringComparison.Ordinal);

    private static ApiRefusal NotAcceptable(ReceivedRequest request)
    {
        // A wish that names a format, but a shape that nobody knows, is refused in other words than a format that is not served at all.
        const string Formats = "application/json, application/yaml, application/vnd.kubernetes.protobuf";
        return AnswerForm.NamesAnyFormat(request.Accept ?? "")
            ? new ApiRefusal(406, "NotAcceptable", $"only the following media types are accepted: {Formats}")
            : new ApiRefusal(
                406,
                "NotAcceptable",
                $"406: Not Acceptable\n\nAvailable representations: {Formats}, application/json;stream=watch, "
                    + "application/vnd.kubernetes.protobuf;stream=watch",
                []);
    }
}
