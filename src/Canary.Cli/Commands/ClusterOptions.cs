using System;
using System.CommandLine;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Cli.Commands;

/// <summary>The options that say which cluster and namespace, as kubectl has them.</summary>
internal sealed class ClusterOptions
{
    private readonly Option<string?> _kubeconfig =
        new("--kubeconfig") { Description = "Path of the kubeconfig (default: $KUBECONFIG, else ~/.kube/config)" };
    private readonly Option<string?> _context = new("--context") { Description = "Context of the kubeconfig (default: its current one)" };
    private readonly Option<string?> _namespace =
        new("--namespace", "-n") { Description = "Namespace (default: that of the context, else default)" };

    public void AddTo(Command command)
    {
        _namespace.CheckNames();
        command.Options.Add(_kubeconfig);
        command.Options.Add(_context);
        command.Options.Add(_namespace);
    }

    /// <summary>The namespace that is given; null: none is.</summary>
    public string? Namespace(ParseResult parsed) => parsed.GetValue(_namespace);

    /// <summary>Connects, does it, and says what is wrong in one line where it cannot be done.</summary>
    public async Task<int> RunAsync(ParseResult parsed, CommandIo io,
        Func<ClusterConnection, CancellationToken, Task<ExitCode>> body, CancellationToken cancel)
    {
        ApiServerConfiguration? loaded = null;
        var space = parsed.GetValue(_namespace) ?? "default";
        try
        {
            loaded = KubeConfig.Load(parsed.GetValue(_kubeconfig), parsed.GetValue(_context));
            using var client = new ApiClient(loaded, io.Time, ApiClientOptions.OneAttempt);
            space = parsed.GetValue(_namespace) ?? loaded.Namespace ?? space;
            return (int)await body(new ClusterConnection(client, space), cancel);
        }
        catch (KubeConfigException error)
        {
            await io.Error.WriteLineAsync($"error: {error.Message}");
            return (int)ExitCode.Unreachable;
        }
        catch (ApiException error)
        {
            await io.Error.WriteLineAsync($"error: {error.Status.Message}{Place(error, space)}");
            return (int)(error.IsNotFound ? ExitCode.NotFound : error.IsConflict || error.IsInvalid ? ExitCode.Failed
                : ExitCode.Unreachable);
        }
        catch (Exception odd) when (loaded is not null
            && odd is InvalidOperationException or ArgumentException or InvalidCastException or FormatException or JsonException)
        {
            // Fields of an object that have another form than its definition allows: no API server with Canary's definitions sends them.
            await io.Error.WriteLineAsync(
                $"error: an answer of {loaded!.Server} has fields of another form than they are defined. Is it a Kubernetes API server "
                    + "with the definitions of this version of Canary?");
            return (int)ExitCode.Unreachable;
        }
    }

    // A forgotten -n is the usual reason that an object is not found.
    private static string Place(ApiException error, string space) =>
        error.IsNotFound && error.Status.Details?["name"] is not null
        && (string?)error.Status.Details["kind"] != KnownKinds.ClusterAnalysisTemplates.Plural
            ? $" in namespace {space}"
            : "";
}
