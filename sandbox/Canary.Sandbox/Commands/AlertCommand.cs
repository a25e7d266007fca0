using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Canary.Sandbox.World;
using Canary.Usage;

namespace Canary.Sandbox.Commands;

/// <summary>Tells the controller of a running sandbox that an alert fires, or has ended, as Alertmanager's webhook would.</summary>
internal static class AlertCommand
{
    private static readonly string[] DefaultLabels = ["severity=critical", "service=checkout"];

    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the alert, such as CheckoutErrors" };
        var labels = new Option<string[]>("--label")
        {
            Description =
                "Label of the alert: NAME=VALUE. Can be repeated. Without it: severity=critical and service=checkout, which the Rollout "
                    + "of the sandbox has a rule for.",
        };
        var resolve = new Option<bool>("--resolve") { Description = "The alert has ended." };
        var state =
            new Option<string>("--state") { Description = "State folder of the running sandbox.", DefaultValueFactory = _ => ".sandbox" };
        labels.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
                result.AddError($"--label: found {UsageErrors.Quote(token.Value)}, allowed is NAME=VALUE, as in severity=critical");
        });
        var command = new Command("alert", "Send the controller of a running sandbox a firing alert, as Alertmanager would.") { name,
            labels, resolve, state };
        command.SetAction((parsed, cancel) =>
        {
            var alert = new SandboxAlert(parsed.GetValue(name)!,
                [.. (parsed.GetValue(labels) is { Length: > 0 } given ? given : DefaultLabels).Select(Label)], parsed.GetValue(resolve));
            return SendAsync(alert, parsed.GetValue(state)!, parsed.InvocationConfiguration.Output, cancel);
        });
        return command;
    }

    private static KeyValuePair<string, string> Label(string text) =>
        text.IndexOf('=', StringComparison.Ordinal) is var equals ? new(text[..equals], text[(equals + 1)..]) : default;

    private static async Task<int> SendAsync(SandboxAlert alert, string state, TextWriter output, CancellationToken cancel)
    {
        var (address, token) = await RunningSandbox.FindHookAsync(state, cancel);
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        using var call = new HttpRequestMessage(HttpMethod.Post,
            address)
        {
            Content =
                new StringContent(alert.Payload(TimeProvider.System.GetUtcNow()).ToJsonString(), Encoding.UTF8, "application/json")
        };
        call.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var answer = await client.SendAsync(call, cancel);
            if (!answer.IsSuccessStatusCode)
                throw new SandboxException(
                    $"the controller at {address} did not take the alert: {(int)answer.StatusCode}: "
                        + $"{(await answer.Content.ReadAsStringAsync(cancel)).Trim()}");
        }
        catch (Exception problem) when (problem is HttpRequestException
            || (problem is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new SandboxException($"the controller at {address} cannot be reached: {problem.Message}", SandboxProblem.Unreachable);
        }

        await output.WriteLineAsync(alert.Told);
        return (int)SandboxExitCode.Done;
    }
}
