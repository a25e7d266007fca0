using System;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Kubernetes.Tests.Faults;

/// <summary>
/// Between one process and the API server. Reads pass. A write is, by lot: carried out and answered; lost; carried out with its answer
/// lost; given up by its sender and carried out later; carried out twice; answered late; or answered with an error. Late ones overtake each
/// other.
/// </summary>
internal sealed class FaultProxy(InMemoryApi api, Timeline timeline, Random dice, Action<string> tell) : HttpMessageHandler
{
    /// <summary>Share of writes that go wrong, 0 to 1.</summary>
    public double FaultRate { get; set; } = 0.4;

    /// <summary>The process is dead: nothing that it sends from now on arrives, and it hears no answer. What is on its way goes
    /// on.</summary>
    public bool IsCut { get; set; }

    /// <summary>Writes that did not end as they should, so far.</summary>
    public int Faults { get; private set; }

    /// <summary>When its sender heard of the last of them, or gave it up: a back-off counts from there. Null: none went wrong.</summary>
    public DateTimeOffset? LastFaultAt { get; private set; }

    /// <summary>A write is carried out whose sender hears of it: it needs no watch to know.</summary>
    public bool IsAnswering { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        if (IsCut) return await NeverAsync(cancel);
        var (method, path) = (request.Method.Method, request.RequestUri!.AbsolutePath);
        var body = request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsByteArrayAsync(cancel));
        if (method == "GET") return Answer(api.Handle(method, path, body, request.RequestUri.Query));
        if (path.EndsWith("/events", StringComparison.Ordinal) || dice.NextDouble() >= FaultRate) return CarryOut(method, path, body);
        Faults++;
        LastFaultAt = timeline.Now;
        var fault = dice.Next(7);
        string[] names = ["lost", "its answer lost", "given up and late", "given up and late", "twice", "answered late", "an error"];
        tell($"{method} {path.Split('/')[^1]}: {names[fault]}");
        switch (fault)
        {
            case 0:
                throw new HttpRequestException(HttpRequestError.ResponseEnded);
            case 1:
                api.Handle(method, path, body);
                throw new HttpRequestException(HttpRequestError.ResponseEnded);
            case 2 or 3:
                timeline.In(Delay(90), () => api.Handle(method, path, body));
                throw new HttpRequestException(HttpRequestError.ResponseEnded);
            case 4:
                timeline.In(Delay(90), () => api.Handle(method, path, body));
                return CarryOut(method, path, body);
            case 5:
                return await LateAsync(() => api.Handle(method, path, body), cancel);
            default:
                return Answer((500 + (dice.Next(2) * 3),
                    new JsonObject
                    {
                        ["kind"] = "Status",
                        ["status"] = "Failure",
                        ["code"] = 503,
                        ["reason"] = "ServiceUnavailable",
                        ["message"] = "etcd is away"
                    }));
        }
    }

    private HttpResponseMessage CarryOut(string method, string path, JsonNode? body)
    {
        IsAnswering = true;
        try
        {
            return Answer(api.Handle(method, path, body));
        }
        finally
        {
            IsAnswering = false;
        }
    }

    private TimeSpan Delay(int most) => TimeSpan.FromMilliseconds(dice.Next(1, most * 1000));

    private async Task<HttpResponseMessage> LateAsync(Func<(int Code, JsonObject Body)> handle, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        timeline.In(Delay(60), () =>
        {
            var handled = handle();
            if (!IsCut) answer.TrySetResult(Answer(handled));
        });
        try
        {
            using (cancel.Register(() => answer.TrySetCanceled(cancel))) return await answer.Task;
        }
        finally
        {
            LastFaultAt = timeline.Now;
        }
    }

    private static async Task<HttpResponseMessage> NeverAsync(CancellationToken cancel)
    {
        var never = new TaskCompletionSource<HttpResponseMessage>();
        using (cancel.Register(() => never.TrySetCanceled(cancel))) return await never.Task;
    }

    private static HttpResponseMessage Answer((int Code, JsonObject Body) answer) =>
        new((HttpStatusCode)answer.Code) { Content = new StringContent(answer.Body.ToJsonString(), Encoding.UTF8, "application/json") };
}
