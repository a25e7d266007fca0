using System;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Sandbox.World.Programs;

/// <summary>The real controller, as a process of its own. The one place that knows its name and its options.</summary>
internal sealed class ControllerProgram : IAsyncDisposable
{
    /// <summary>Names the executable where it is not beside this one.</summary>
    public const string PathVariable = "CANARY_CONTROLLER";

    private const string FileName = "canary-controller";
    private readonly ChildProgram _program;

    private ControllerProgram(ChildProgram program, Uri address, string alertTokenFile) =>
        (_program, Address, AlertTokenFile) = (program, address, alertTokenFile);

    /// <summary>Where its <c>/metrics</c>, <c>/healthz</c> and <c>/readyz</c> are.</summary>
    public Uri Address { get; }

    /// <summary>The file with the token of its webhook for alerts.</summary>
    public string AlertTokenFile { get; }

    public int Id => _program.Id;

    /// <summary>Ends with its exit code.</summary>
    public Task<int> Exited => _program.Exited;

    public string LastLines => _program.LastLines;

    /// <exception cref="SandboxException">The executable is not there.</exception>
    public static async Task<ControllerProgram> StartAsync(string kubeConfig, Uri prometheus, string folder, TimeProvider time,
        CancellationToken cancel)
    {
        var file = Environment.GetEnvironmentVariable(PathVariable) ?? Path.Combine(AppContext.BaseDirectory, FileName);
        if (!File.Exists(file))
            throw new SandboxException(
                $"the controller is not at {file}. Build it beside the sandbox (make publish), name it by {PathVariable}, or start with "
                    + "--no-controller.");
        var address = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        var token = Path.GetFullPath(Path.Combine(folder, "alert-token"));
        await File.WriteAllTextAsync(token, Convert.ToHexString(RandomNumberGenerator.GetBytes(16)) + "\n", cancel);
        var program = await ChildProgram.StartAsync(
            FileName, file,
            [
                "run", "--kubeconfig", kubeConfig, "--prometheus", prometheus.ToString()
                .TrimEnd('/'), "--metrics-address", address.Authority,
                // Everything of this world is on this machine.
                "--template-addresses", "*,127.0.0.1,::1",
                "--lease-namespace", "canary-system", "--alert-token-file", token,
            ],
            Path.Combine(folder, "controller.log"));
        try
        {
            await ProgramReadiness.WaitAsync(program, new Uri(address, "/readyz"), time, cancel);
            return new ControllerProgram(program, address, token);
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();
}
