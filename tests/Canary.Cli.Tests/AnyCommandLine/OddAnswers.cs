using System;
using System.Collections.Generic;

namespace Canary.Cli.Tests.AnyCommandLine;

/// <summary>What the servers of <see cref="OddServer"/> say: one as an API server that has the Rollout <c>checkout</c>, the others
/// not.</summary>
internal static class OddAnswers
{
    private const string Rollout = """
        {"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"checkout","namespace":"shop","uid":"u","resourceVersion":"7","generation":1},
         "spec":{"strategy":{"canary":{"steps":[{"setWeight":5}]}}},"status":{"phase":"Progressing","observedGeneration":1,"message":"m","weights":{"applied":5}}}
        """;

    public static readonly IReadOnlyDictionary<string, Func<string, string>> All = new Dictionary<string, Func<string, string>>
    {
        ["good"] = Good,
        ["closes"] = _ => "",
        ["silent"] = _ => OddServer.Silence,
        ["cut"] = _ => "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"kind\":",
        ["nonsense"] = _ => "220 mail.example.com ESMTP\r\n",
        ["page"] = _ => Json("<html><body>Sign in</body></html>", type: "text/html"),
        ["list"] = _ => Json("[1,2,3]"),
        ["number"] = _ => Json("5"),
        ["null"] = _ => Json("null"),
        ["empty"] = _ => Json(""),
        ["no-object"] = _ => Json("{}"),
        ["foreign"] = _ => Json("""{"apiVersion":5,"kind":[],"metadata":"x","spec":1,"status":"y","items":7,"data":{"result":"z"}}"""),
        ["twisted"] =
            _ =>
                Json(
                    """{"kind":"Rollout","metadata":{"name":5,"generation":"a","annotations":[]},"spec":{"strategy":[],"metrics":"m"},"status":{"phase":[],"analysis":{},"weights":9,"history":1,"conditions":"c","message":{}},"items":[1,{"metadata":7,"status":[]},{"metadata":{"name":[]},"status":{"phase":{}}}]}"""),
        ["deep"] = _ => Json(new string('[', 5000)),
        ["same-keys"] = _ => Json("""{"kind":"Rollout","kind":"List","items":[],"items":[{}]}"""),
        ["refuses"] = _ => Json("""{"kind":"Status","status":"Failure","message":"no","reason":"Forbidden","code":403}""", "403 Forbidden"),
        ["unknown"] = _ => Json("""{"kind":"Status","status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}""",
            "401 Unauthorized"),
        ["broken"] = _ => Json("oops", "500 Internal Server Error", "text/plain"),
        ["busy"] = _ => "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 999999\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ["elsewhere"] = _ => "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ["prometheus-error"] = _ => Json("""{"status":"error","errorType":"bad_data","error":"parse error"}""", "400 Bad Request"),
        ["prometheus-odd"] =
            _ => Json("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":[],"values":[["a",1],[1,"x"],[]]}]}}"""),
        ["prometheus"] =
            _ => Json("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1700000000,"1"]}]}}"""),
    };

    private static string Good(string request)
    {
        var words = request.Split(' ');
        var (verb, path) = (words[0], words.Length > 1 ? words[1] : "");
        if (verb is "POST" && path.Contains("selfsubjectreviews", StringComparison.Ordinal))
            return Json("""{"status":{"userInfo":{"username":"ann"}}}""", "201 Created");
        if (path.Contains("watch=", StringComparison.Ordinal))
            return Json($$"""{"type":"MODIFIED","object":{{Rollout.Replace("\n", "", StringComparison.Ordinal)}}}""" + "\n");
        if (path.Contains("/rollouts/checkout", StringComparison.Ordinal)) return Json(Rollout);
        if (verb is "GET" && path.Contains("/deployments/checkout-canary", StringComparison.Ordinal))
            return Json(
                """{"kind":"Deployment","metadata":{"name":"checkout-canary","namespace":"shop","resourceVersion":"3"},"spec":{"template":{"spec":{"containers":[{"name":"c","image":"i:1"}]}}}}""");
        if (verb is "PATCH") return Json("""{"kind":"Deployment","metadata":{"name":"checkout-canary","namespace":"shop"}}""");
        if (verb is "GET" && path.Split('?')[0].EndsWith('s'))
            return Json("""{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"9"},"items":[]}""");
        if (verb is "POST") return Json("""{"kind":"AnalysisRun","metadata":{"name":"made","namespace":"shop"}}""", "201 Created");
        return Json(
            """{"kind":"Status","status":"Failure","message":"it is not there","reason":"NotFound","code":404,"details":{"name":"x"}}""",
            "404 Not Found");
    }

    private static string Json(string body, string status = "200 OK", string type = "application/json") =>
        $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {System.Text.Encoding.UTF8.GetByteCount(body)}\r\nConnection: "
            + $"close\r\n\r\n{body}";
}
