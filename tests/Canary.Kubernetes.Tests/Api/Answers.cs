using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Canary.Kubernetes.Tests.Api;

/// <summary>Answers for a <see cref="FakeApi"/>, good and bad.</summary>
internal static class Answers
{
    public static RequestDelegate Json(string body) => Text(200, "application/json", body);

    public static RequestDelegate Json(int code, string body) => Text(code, "application/json", body);

    public static RequestDelegate Text(int code, string type, string body, params (string Name, string Value)[] headers) => async http =>
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = type;
        foreach (var (name, value) in headers) http.Response.Headers.Append(name, value);
        await http.Response.WriteAsync(body);
    };

    public static RequestDelegate Status(int code, string reason, string message, string? retryAfter = null) => http =>
    {
        if (retryAfter is not null) http.Response.Headers.RetryAfter = retryAfter;
        return Json(code,
            $$"""{"kind":"Status","apiVersion":"v1","status":"Failure","message":"{{message}}","reason":"{{reason}}","code":{{code}}}""")(
            http);
    };

    /// <summary>The connection breaks before a byte of the answer.</summary>
    public static RequestDelegate Drop() => http =>
    {
        http.Abort();
        return Task.CompletedTask;
    };

    /// <summary>The connection breaks in the middle of the body.</summary>
    public static RequestDelegate DropInBody(string start) => async http =>
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = start.Length + 100;
        await http.Response.WriteAsync(start);
        await http.Response.Body.FlushAsync();
        http.Abort();
    };

    /// <summary>Nothing comes, until the client goes away.</summary>
    public static RequestDelegate Hang() => http => Task.Delay(-1, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    /// <summary>Lines, each flushed; then the end of the stream.</summary>
    public static RequestDelegate Lines(params string[] lines) => Stream(async write =>
    {
        foreach (var line in lines) await write(line + "\n");
    });

    /// <summary>Lines, each flushed; then silence until the client goes away.</summary>
    public static RequestDelegate LinesThenSilence(params string[] lines) => async http =>
    {
        await Lines(lines)(http);
        await Hang()(http);
    };

    public static RequestDelegate Stream(Func<Func<string, Task>, Task> script) => async http =>
    {
        http.Response.ContentType = "application/json";
        await http.Response.Body.FlushAsync();
        await script(async text =>
        {
            await http.Response.WriteAsync(text);
            await http.Response.Body.FlushAsync();
        });
    };
}
