using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Commands;
using Canary.Cli.Io;
using Canary.Controller;
using Canary.Controller.Options;
using Canary.Sandbox.Commands;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Canary.Cli.Tests.AnyCommandLine;

/// <summary>Every command with arguments by lot, against servers and files of every kind: no line ends in anything but a documented code
/// and a sentence.</summary>
public sealed class GivenAnyCommandLine
{
    private const int Lines = 2400;
    private static readonly TimeSpan Stay = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    private IReadOnlyDictionary<string, OddServer> _servers = null!;
    private OddFiles _files = null!;

    [OneTimeSetUp]
    public void Start()
    {
        _servers = OddServer.StartAll();
        _files = new OddFiles(_servers);
    }

    [OneTimeTearDown]
    public void Stop()
    {
        foreach (var server in _servers.Values) server.Dispose();
        _files.Dispose();
    }

    [Test]
    public async Task WhenCanaryReadsIt_ThenItEndsWithADocumentedCodeAndASentence()
    {
        // The last three are programs of their own.
        var forms = LineWriter.FormsOf(RootCommands.Create(Surroundings(TextWriter.Null, TextWriter.Null)))
            .Where(form => form.Words is not (["controller"] or ["sandbox"] or ["demo"])).ToArray();
        var writer = new LineWriter(forms, _files.Values(_servers), 20261130);
        var wrong = new List<string>();
        for (var index = 0; index < Lines; index++)
        {
            var form = forms[index % forms.Length];
            var line = writer.Next(form);
            // Without one it would be the kubeconfig of whoever runs the tests.
            if (!line.Any(word => word.StartsWith("--kubeconfig", StringComparison.Ordinal)) && form.Words.Count > 0
                && form.Words[0] is not ("lint" or "backtest" or "migrate")) line = [.. line, "--kubeconfig", _files.Good];
            using var stop = new CancellationTokenSource(Stay);
            await CheckAsync(line, (output, error) => CommandLine.RunAsync(line, Surroundings(output, error), stop.Token), wrong);
        }

        Assert.That(wrong, Is.Empty, $"{wrong.Count} of {Lines}:\n{string.Join('\n', wrong.Take(40))}");
    }

    [Test]
    public async Task WhenTheSandboxReadsIt_ThenItEndsWithADocumentedCodeAndASentence()
    {
        var forms = LineWriter.FormsOf(SandboxCommandLine.Create());
        var writer = new LineWriter(forms, _files.Values(_servers), 20261201);
        var wrong = new List<string>();
        for (var index = 0; index < Lines / 4; index++)
        {
            var form = forms[index % forms.Count];
            var line = writer.Next(form);
            if (form.Words is ["deploy"] && !line.Any(word => word.StartsWith("--kubeconfig", StringComparison.Ordinal)))
                line = [.. line, "--kubeconfig", _files.Good];
            // A world that can be started is told to stop before it begins.
            using var stop = form.Words is ["run"] or ["demo"] ? new CancellationTokenSource(TimeSpan.Zero)
                : new CancellationTokenSource(Stay);
            await CheckAsync(line, (output, error) => SandboxCommandLine.RunAsync(line, output, error, stop.Token), wrong);
        }

        Assert.That(wrong, Is.Empty, $"{wrong.Count} of {Lines / 4}:\n{string.Join('\n', wrong.Take(40))}");
    }

    [Test]
    public async Task WhenTheControllerReadsIt_ThenItEndsWithADocumentedCodeAndASentence()
    {
        var form = new LineWriter.Form(["run"], [.. OptionTable.All.Select(option => (option.Name, true))], [], []);
        var values = new Dictionary<string, IReadOnlyList<string>>(_files.Values(_servers))
        {
            ["--metrics-address"] =
            ["127.0.0.1:0", "192.0.2.1:80"],
            ["--workers"] = ["4"],
            ["--log-level"] = ["error"],
            ["--log-format"] = ["json"]
        };
        var writer = new LineWriter([form], values, 20261202);
        var wrong = new List<string>();
        for (var index = 0; index < Lines / 4; index++)
        {
            var line = writer.Next(form);
            if (!line.Any(word => word.StartsWith("--kubeconfig", StringComparison.Ordinal))) line = [.. line, "--kubeconfig", _files.Good];
            // A controller that can be started is told to stop at once.
            using var stop = new CancellationTokenSource(TimeSpan.Zero);
            await CheckAsync(
                line,
                (output, error) =>
                    ControllerCommandLine.RunAsync(line, new Dictionary<string, string>(), output, error, async (options, cancel) =>
                {
                    await ControllerProcess.RunAsync(options, NullLoggerFactory.Instance, TimeProvider.System, cancel);
                    return 0;
                }, stop.Token),
                wrong);
        }

        Assert.That(wrong, Is.Empty, $"{wrong.Count} of {Lines / 4}:\n{string.Join('\n', wrong.Take(40))}");
    }

    private async Task CheckAsync(string[] line, Func<TextWriter, TextWriter, Task<int>> run, List<string> wrong)
    {
        if (await ProblemAsync(line, run) is { } problem) wrong.Add($"{string.Join(' ', line.Select(Quoted))}\n    {problem}");
    }

    private async Task<string?> ProblemAsync(string[] line, Func<TextWriter, TextWriter, Task<int>> run)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        int code;
        try
        {
            code = await Task.Run(() => run(TextWriter.Synchronized(output), TextWriter.Synchronized(error))).WaitAsync(Hang);
        }
        catch (TimeoutException)
        {
            return "it hangs";
        }
        catch (Exception thrown)
        {
            return $"it throws {thrown}";
        }

        // What a good server says must be understood.
        if (line.Contains(_files.Good) && error.ToString().Contains("an answer of", StringComparison.Ordinal))
            return $"a good answer is not understood: {error}";
        return LineVerdict.Problem(code, output.ToString(), error.ToString());
    }

    private static CommandIo Surroundings(TextWriter output, TextWriter error) => new(output, error, new HastyTime());

    private static string Quoted(string word) => word.Length > 60 ? $"'{word[..60]}...'" : $"'{word}'";
}
