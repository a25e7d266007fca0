namespace Canary.Core.Analysis;

/// <summary><c>compare.require</c>: what makes a measurement of a sequential comparison Successful.</summary>
public enum Requirement
{
    /// <summary>No evidence of harm, and enough requests: small steps can ask for no more.</summary>
    NoHarm,

    /// <summary>Evidence that the canary is not much worse, which takes many more requests.</summary>
    Evidence,
}
