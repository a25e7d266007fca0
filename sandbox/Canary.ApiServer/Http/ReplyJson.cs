using System.Text.Encodings.Web;
using System.Text.Json;

namespace Canary.ApiServer.Http;

/// <summary>How answers are written: as Go writes them, without escapes that nobody needs.</summary>
internal static class ReplyJson
{
    public static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256 };
}
