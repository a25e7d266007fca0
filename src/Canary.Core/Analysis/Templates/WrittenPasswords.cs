using System.Linq;
using Canary.Core.Analysis.Secrets;

namespace Canary.Core.Analysis.Templates;

/// <summary>
/// Passwords that a template writes out, in an address or in its authentication, instead of taking them from a Secret. They do not belong
/// into a status: there a mark stands for them, and the template is read again for what it stands for.
/// </summary>
public static class WrittenPasswords
{
    /// <summary>Stands for a password.</summary>
    public const string Mark = SecretRedaction.Mark;

    /// <summary>The run without them. What stands for a Secret stays.</summary>
    public static RunSpec Hide(RunSpec run) => run with { Metrics = [.. run.Metrics.Select(Hide)] };

    /// <summary>The run with them: those of the same metrics as they are written now. A metric that has changed otherwise, or is no more,
    /// keeps the mark.</summary>
    /// <param name="run">A run as <see cref="Hide(RunSpec)"/> left it.</param>
    /// <param name="written">The run as it would be made now; null: it cannot be made any more.</param>
    public static RunSpec Show(RunSpec run, RunSpec? written) => run with
    {
        Metrics = [.. run.Metrics.Select(metric => IsHidden(metric)
            && written?.Metrics.FirstOrDefault(one => one.Name == metric.Name && IsHidden(one, metric)) is { } now
            ? metric with { Provider = now.Provider } : metric)],
    };

    /// <summary>A mark stands for a password of the run.</summary>
    public static bool AreHidden(RunSpec run) => run.Metrics.Any(IsHidden);

    private static bool IsHidden(MetricSpec metric) => Connection(metric.Provider) is var connection
        && (connection.Address?.Contains(Mark, System.StringComparison.Ordinal) is true
            || (connection.Authentication is MetricAuthentication.Basic basic && basic.Password == new SecretValue.Plain(Mark)));

    private static bool IsHidden(MetricSpec written, MetricSpec hidden) => Hide(written).Provider == hidden.Provider;

    private static MetricSpec Hide(MetricSpec metric) => metric with
    {
        Provider = metric.Provider switch
        {
            ProviderSpec.Prometheus own => Hide(own),
            ProviderSpec.Red red => red with { Connection = Hide(red.Connection) },
            _ => throw new System.Diagnostics.UnreachableException(),
        },
    };

    private static ProviderSpec.Prometheus Connection(ProviderSpec provider) => provider switch
    {
        ProviderSpec.Prometheus own => own,
        ProviderSpec.Red red => red.Connection,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static ProviderSpec.Prometheus Hide(ProviderSpec.Prometheus connection) => connection with
    {
        Address = connection.Address is { } address ? AddressCredentials.Hide(address, Mark) : null,
        Authentication =
            connection.Authentication is MetricAuthentication.Basic { Password: SecretValue.Plain { IsFilledLater: false } } basic
            ? basic with { Password = new SecretValue.Plain(Mark) }
            : connection.Authentication,
    };
}
