using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Prometheus;

namespace Canary.Controller.Web;

/// <summary><c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c>, and the way to <see cref="AlertHook"/>.</summary>
internal sealed class HealthPages(CollectorRegistry registry, Liveness liveness, ReadinessReport readiness, AlertHook hook)
{
    public void Map(IApplicationBuilder app)
    {
        app.MapWhen(
            http => http.Request.Path == "/metrics" && IsRead(http.Request.Method),
            metrics => metrics.UseMetricServer(settings => settings.Registry = registry, url: null));
        app.Run(AnswerAsync);
    }

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    private async Task AnswerAsync(HttpContext http)
    {
        if (http.Request.Path == AlertHook.Path)
        {
            await hook.AnswerAsync(http);
            return;
        }

        if (!IsRead(http.Request.Method))
        {
            http.Response.Headers.Allow = "GET, HEAD";
            await SayAsync(http, StatusCodes.Status405MethodNotAllowed, "only GET is answered here");
            return;
        }

        switch (http.Request.Path.Value)
        {
            case "/healthz":
                await JudgeAsync(http, await liveness.ProblemsAsync(http.RequestAborted));
                break;
            case "/readyz":
                // A controller on standby is ready: it can take over.
                await JudgeAsync(http, readiness.Problems());
                break;
            default:
                await SayAsync(
                    http,
                    StatusCodes.Status404NotFound,
                    "there are /metrics, /healthz, /readyz and /hooks/alertmanager");
                break;
        }
    }

    private static Task JudgeAsync(HttpContext http, IReadOnlyList<string> problems) =>
        SayAsync(
            http,
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            problems.Count == 0 ? "ok" : string.Join('\n', problems));

    private static async Task SayAsync(HttpContext http, int status, string text)
    {
        CancellationToken cancel = http.RequestAborted;
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(text + "\n", cancel);
    }
}
