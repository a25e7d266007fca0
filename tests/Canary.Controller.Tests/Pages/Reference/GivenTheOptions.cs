using System.Text;
using Canary.Controller.Options;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Controller.Tests.Pages.Reference;

/// <summary>The reference page of the controller's options.</summary>
public sealed class GivenTheOptions
{
    [Test]
    public void WhenThePageIsRead_ThenItShowsEveryOption() => ReferencePage.AssertIs("controller-options.md", Print());

    private static string Print()
    {
        var text = new StringBuilder("""
            # Controller options

            `canary-controller run` takes these options. The environment variable stands in where the option is not given; in the manifests the
            variables are in `deploy/base/config.yaml`. The controller names every option that is wrong, and exits with code 2.

            Generated from `src/Canary.Controller/Options`. Do not edit this page: `make reference` writes it again.

            | option | environment variable | default | meaning |
            |---|---|---|---|

            """);
        foreach (var option in OptionTable.All)
        {
            var value = ReferencePage.Code(option.Default ?? "");
            text.Append(
                $"| {ReferencePage.Code($"{option.Name} {option.Value}")} | `{option.Variable}` "
                    + $"| {value} | {ReferencePage.Cell(option.Description)} |\n");
        }

        text.Append("""

            | exit code | meaning |
            |---|---|
            | 0 | It was told to stop, and did. |
            | 1 | It stopped by an error. |
            | 2 | An option or the kubeconfig cannot be used. |

            """);
        return text.ToString();
    }
}
