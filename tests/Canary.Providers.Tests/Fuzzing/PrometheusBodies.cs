using System.Linq;
using System.Text.Json.Nodes;
using Canary.Fuzzing;

namespace Canary.Providers.Tests.Fuzzing;

/// <summary>What Prometheus, Thanos, Mimir and VictoriaMetrics answer, to start from.</summary>
internal static class PrometheusBodies
{
    public static readonly JsonNode[] All = new[]
    {
        """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"pod":"ü","code":"200"},"value":[1700000000.5,"0.004"]},{"metric":{},"value":[1700000000,"NaN"]}],"stats":{"samples":{"peak":4}}},"warnings":["one","two"],"infos":["three"]}""",
        """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"x","pod":"a"},"values":[[1700000000,"1"],[1700000015,"2"],[1700000030,"+Inf"]]},{"metric":{"pod":"b"},"values":[[1700000000,"7"]]}]}}""",
        """{"data":{"result":[1700000000.781,"1e-3"],"resultType":"scalar"},"status":"success","isPartial":false}""",
        """{"status":"success","data":{"resultType":"string","result":[1700000000,"text"]}}""",
        """{"status":"success","data":{"resultType":"vector","result":[]}}""",
        """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"le":"+Inf"},"histogram":[1700000000,{"count":"4","sum":"2","buckets":[[0,"0.1","0.2","4"]]}]}]}}""",
        """{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:5: parse error: unexpected <eof>"}""",
        """{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory","data":null}""",
        """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"pod":"a"},"value":[1700000000,"179769313486231570000000000000000000000"]}]},"warnings":["PromQL warning: x","y","z","a","b","c","d","e","f","g","h"]}""",
    }.Select(text => JsonNode.Parse(text)!).ToArray();

    private static readonly string[] Times =
        ["1700000000", "1700000015", "1700000030", "1700000045.5", "1700000060", "1700000060", "0", "-1", "1e19", "1e300", "253402300800",
            "1700000000.0000001"];

    private static readonly string[] Values =
        ["0", "1", "2", "100", "7.5", "NaN", "+Inf", "-Inf", "Inf", "-0", "1e19", "9223372036854775808", "1e300", "1.7976931348623157e308",
            "1e999", "-1e300", "1e-320", "-5", "", " ", "0x1p3", "1_000", "ü"];

    private static readonly string[] Labels =
        ["\"pod\":\"a\"", "\"pod\":\"b\"", "\"code\":\"500\"", "\"response_code\":\"503\"", "\"le\":\"0.1\"", "\"le\":\"+Inf\"",
            "\"le\":\"x\"", "\"le\":\"NaN\"", "\"__name__\":\"istio_requests_total\"", "\"\":\"\"", "\"pod\":null", "\"red\":\"events\""];

    /// <summary>A vector or a matrix in its right form, of wild numbers, times out of order, and labels that are there twice.</summary>
    public static string Any(Mutator mutator)
    {
        var isMatrix = mutator.Number(3) > 0;
        var series = Enumerable.Range(0, mutator.Number(6)).Select(_ =>
        {
            var labels = string.Join(',', Enumerable.Range(0, mutator.Number(5)).Select(_ => mutator.Pick(Labels)));
            return $"{{\"metric\":{{"
                + $"{labels}}},{(isMatrix ? $"\"values\":[{string.Join(',', Enumerable.Range(0, mutator.Number(9)).Select(_ => Point(mutator)))}]" : $"\"value\":{Point(mutator)}")}}}";
        });
        return $"{{\"status\":\"success\",\"data\":{{\"resultType\":\"{(isMatrix ? "matrix" : "vector")}\",\"result\":["
            + $"{string.Join(',', series)}]}}}}";
    }

    private static string Point(Mutator mutator) =>
        $"[{mutator.Pick(Times)},\"{mutator.Pick(Values[..(mutator.Number(4) == 0 ? Values.Length : 17)])}\"]";
}
