using System;
using System.CommandLine;
using Canary.Sandbox.Commands;

var root = new RootCommand("The embedded world of Canary: an API server, workloads, a mesh, a load and Prometheus, to try and to test. Its state is in memory.")
{
    RunCommand.Create(),
    DemoCommand.Create(),
    DeployCommand.Create(),
};

// Long enough to stop the controller and Prometheus in order after Ctrl-C or SIGTERM.
var parsed = root.Parse(args);
var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(20) });

// As canary itself does: 2 says that the command line is wrong.
return parsed.Errors.Count > 0 ? 2 : code;
