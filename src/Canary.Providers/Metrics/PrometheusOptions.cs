using System;
using Canary.Http;
using Canary.Providers.Aws;

namespace Canary.Providers.Metrics;

/// <summary>How Prometheus is asked where a template does not say it.</summary>
/// <param name="DefaultAddress">Address for templates that name none; null: such a template is answered with what is missing.</param>
public sealed record PrometheusOptions(string? DefaultAddress)
{
    /// <summary>Which addresses that a template names may be asked, OAuth token endpoints too; null: all. <see cref="DefaultAddress"/> always may.</summary>
    public AddressRules? Addresses { get; init; }

    /// <summary>A longer answer is refused: it is no measurement.</summary>
    public int MaxBodyBytes { get; init; } = 8 << 20;

    /// <summary>Bytes of all answers that are being read at a time. One more long answer is refused; the first MiB of each is always taken.</summary>
    public long MaxBytesUnderWay { get; init; } = 32 << 20;

    /// <summary>Queries longer than this, as they are encoded, are posted.</summary>
    public int MaxUrlQuery { get; init; } = 2_000;

    /// <summary>Tries after the first, where nothing was reached or a proxy says that nothing is there.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Wait before the first of them; it doubles, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>An address that has answered none of this many queries in 30 seconds is left alone for <see cref="Break"/>.</summary>
    public int FailuresToBreak { get; init; } = 10;

    /// <summary>How long an address is left alone. Short: while it lasts, a recovered Prometheus goes unnoticed.</summary>
    public TimeSpan Break { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where identities of AWS come from; null: there are none.</summary>
    public IAwsIdentities? AwsIdentities { get; init; }
}
