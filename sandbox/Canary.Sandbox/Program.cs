using System;
using System.Threading;
using Canary.Sandbox.Commands;

return await SandboxCommandLine.RunAsync(args, Console.Out, Console.Error, CancellationToken.None);
