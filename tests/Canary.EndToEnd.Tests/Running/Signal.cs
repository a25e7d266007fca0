namespace Canary.EndToEnd.Tests.Running;

/// <summary>Signals as Linux numbers them (signal(7), x86 and ARM).</summary>
internal enum Signal
{
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
