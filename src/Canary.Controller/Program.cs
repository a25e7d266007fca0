using System;
using System.Collections;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Canary.Controller;
using Canary.Controller.Diagnostics;
using Canary.Controller.Options;
using Canary.Controller.Web;
using Canary.Kubernetes.Api.Configuration;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Json;
using LogFormat = Canary.Controller.Options.LogFormat;

using var stop = new CancellationTokenSource();
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
var environment = Environment.GetEnvironmentVariables()
    .Cast<DictionaryEntry>()
    .ToDictionary(entry => (string)entry.Key, entry => entry.Value as string ?? "");
return await ControllerCommandLine.RunAsync(args, environment, Console.Out, Console.Error, RunAsync, stop.Token);

void Stop(PosixSignalContext signal)
{
    // The first one is a wish; the second one is the end.
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}

static async Task<int> RunAsync(ControllerOptions options, CancellationToken cancel)
{
    using var logger = LoggerFor(options);
    using var logs = new SerilogLoggerFactory(logger);
    try
    {
        await ControllerProcess.RunAsync(options, logs, TimeProvider.System, cancel);
        return 0;
    }
    catch (Exception exception) when (
        exception is not (KubeConfigException or ListenException)
        && !(exception is OperationCanceledException && cancel.IsCancellationRequested))
    {
        logs.CreateLogger(nameof(ControllerProcess)).Fatal(exception);
        return 1;
    }
}

static Serilog.Core.Logger LoggerFor(ControllerOptions options)
{
    var level = options.LogLevel switch
    {
        LogLevel.Trace => LogEventLevel.Verbose,
        LogLevel.Debug => LogEventLevel.Debug,
        LogLevel.Information => LogEventLevel.Information,
        LogLevel.Warning => LogEventLevel.Warning,
        LogLevel.Error or LogLevel.Critical or LogLevel.None => LogEventLevel.Error,
    };
    var quiet = level > LogEventLevel.Warning ? level : LogEventLevel.Warning;
    var configuration =
        new LoggerConfiguration().MinimumLevel.Is(level).MinimumLevel.Override("Microsoft", quiet).MinimumLevel.Override("Quartz", quiet);
    return (options.LogFormat switch
    {
        LogFormat.Json =>
            configuration.WriteTo.Console(new JsonFormatter(renderMessage: true), standardErrorFromLevel: LogEventLevel.Verbose),
        LogFormat.Text => configuration.WriteTo.Console(
            outputTemplate: "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {Message:lj}{NewLine}{Exception}",
            formatProvider: System.Globalization.CultureInfo.InvariantCulture,
            standardErrorFromLevel: LogEventLevel.Verbose),
    }).CreateLogger();
}
