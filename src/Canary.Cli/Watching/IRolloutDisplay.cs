using System.Threading.Tasks;
using Canary.Cli.Reading;

namespace Canary.Cli.Watching;

/// <summary>Where somebody who waits for a rollout sees how it stands. What is disposed leaves standard error to what is said
/// last.</summary>
internal interface IRolloutDisplay : System.IDisposable
{
    /// <summary>After how long the same is to be shown once more, since times in it pass; null: never.</summary>
    System.TimeSpan? Tick { get; }

    /// <summary>Shows one state.</summary>
    Task ShowAsync(RolloutDetails details, WaitAnswer answer);
}
