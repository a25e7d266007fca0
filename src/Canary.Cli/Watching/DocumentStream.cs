using System;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Cli.Output;
using Canary.Cli.Reading;

namespace Canary.Cli.Watching;

/// <summary>The Rollout as a document for each change of it: a line of JSON each, or YAML documents.</summary>
internal sealed class DocumentStream(CommandIo io, bool isJson) : IRolloutDisplay
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private string? _version;

    public TimeSpan? Tick => null;

    public void Dispose()
    {
        // Every line is whole.
    }

    public async Task ShowAsync(RolloutDetails details, WaitAnswer answer)
    {
        var version = (string?)details.Rollout["metadata"]?["resourceVersion"];
        if (version == _version) return;
        _version = version;
        if (isJson) await io.Output.WriteLineAsync(PrintedDocuments.Cleaned(details.Rollout).ToJsonString(Compact));
        else await io.Output.WriteAsync("---\n" + PrintedDocuments.ToYaml(details.Rollout));
        await io.Output.FlushAsync();
    }
}
