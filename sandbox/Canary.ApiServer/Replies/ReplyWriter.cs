using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Http;
using Canary.Yaml;
using Microsoft.AspNetCore.Http;

namespace Canary.ApiServer.Replies;

/// <summary>Sends a reply in the form that was asked for.</summary>
internal sealed class ReplyWriter(TimeProvider clock)
{
    public async Task WriteAsync(HttpResponse response, ReceivedRequest request, AnswerForm form, Reply reply, CancellationToken cancel)
    {
        if (reply is Reply.Stream stream)
        {
            response.StatusCode = 200;
            response.ContentType = form.ContentType;
            AddWarnings(response, request);
            await response.StartAsync(cancel);
            await stream.WriteAsync(response.Body, cancel);
            return;
        }

        if (reply is Reply.Text text)
        {
            await SendAsync(response, request, text.Code, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text.Body), cancel);
            return;
        }

        var shapes = new ObjectShapes(clock, request.QueryText("includeObject") ?? "");
        var (code, body, contentType) = reply switch
        {
            Reply.Document document => (document.Code, document.Body, document.ContentType),
            Reply.Item item => (item.Code, shapes.Item(item.Resource, item.Body, form), null),
            Reply.List list => (200, shapes.List(list.Resource, list.Items, list.Metadata, form), null),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        var isYaml = form.IsYaml && contentType is null;
        var content = isYaml ? YamlWriter.WriteSorted(body) : body.ToJsonString(ReplyJson.Options) + "\n";
        await SendAsync(response, request, code, contentType
            ?? (isYaml ? "application/yaml" : "application/json"), Encoding.UTF8.GetBytes(content), cancel);
    }

    public async Task WriteAsync(HttpResponse response, ReceivedRequest request, AnswerForm form, ApiRefusal refusal,
        CancellationToken cancel)
    {
        if (refusal.RetryAfterSeconds is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await WriteAsync(response, request, form, new Reply.Document(refusal.Code, refusal.Status), cancel);
    }

    private static async Task SendAsync(HttpResponse response, ReceivedRequest request, int code, string contentType, byte[] content,
        CancellationToken cancel)
    {
        response.StatusCode = code;
        response.ContentType = contentType;
        response.ContentLength = content.Length;
        AddWarnings(response, request);
        if (request.Method != "HEAD")
            await response.Body.WriteAsync(content, cancel);
    }

    private static void AddWarnings(HttpResponse response, ReceivedRequest request)
    {
        foreach (var warning in request.Warnings.Distinct())
            response.Headers.Append("Warning", WarningText.Format(warning));
    }
}
