using System;
using System.Collections;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using Canary.Controller;
using Canary.Controller.Options;
using Canary.Controller.Web;
using Canary.Kubernetes.Api;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Json;
using LogFormat = Canary.Controller.Options.LogFormat;

const int Misused = 2;

if (args.Any(word => word is "--help" or "-h" or "help"))
{
    Console.Out.Write(OptionTable.Help());
    return 0;
}

if (args is ["--version"] or ["version"])
{
    Console.Out.WriteLine(ProcessMeters.Version);
    return 0;
}

if (args is not ["run", .. var words])
{
    Console.Error.WriteLine(args.Length == 0 ? "found no command, expected: canary-controller run" : $"found '{args[0]}', expected: canary-controller run");
    Console.Error.WriteLine("canary-controller --help shows everything");
    return Misused;
}

var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => entry.Value as string ?? "");
var (options, errors) = OptionReader.Read(words, environment);
if (options is null)
{
    foreach (var error in errors) Console.Error.WriteLine(error);
    Console.Error.WriteLine("canary-controller --help shows every option");
    return Misused;
}

var level = options.LogLevel switch
{
    LogLevel.Trace => LogEventLevel.Verbose,
    LogLevel.Debug => LogEventLevel.Debug,
    LogLevel.Information => LogEventLevel.Information,
    LogLevel.Warning => LogEventLevel.Warning,
    LogLevel.Error or LogLevel.Critical or LogLevel.None => LogEventLevel.Error,
};
var quiet = level > LogEventLevel.Warning ? level : LogEventLevel.Warning;
var configuration = new LoggerConfiguration().MinimumLevel.Is(level).MinimumLevel.Override("Microsoft", quiet).MinimumLevel.Override("Quartz", quiet);
configuration = options.LogFormat switch
{
    LogFormat.Json => configuration.WriteTo.Console(new JsonFormatter(renderMessage: true), standardErrorFromLevel: LogEventLevel.Verbose),
    LogFormat.Text => configuration.WriteTo.Console(
        outputTemplate: "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {Message:lj}{NewLine}{Exception}",
        formatProvider: System.Globalization.CultureInfo.InvariantCulture,
        standardErrorFromLevel: LogEventLevel.Verbose),
};
using var logger = configuration.CreateLogger();
using var logs = new SerilogLoggerFactory(logger);

using var stop = new CancellationTokenSource();
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
try
{
    await ControllerProcess.RunAsync(options, logs, TimeProvider.System, stop.Token);
    return 0;
}
catch (KubeConfigException exception)
{
    Console.Error.WriteLine(exception.Message);
    return Misused;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}
catch (Exception exception)
{
    logs.CreateLogger(nameof(ControllerProcess)).Fatal(exception);
    return 1;
}

void Stop(PosixSignalContext signal)
{
    // The first one is a wish; the second one is the end.
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}
