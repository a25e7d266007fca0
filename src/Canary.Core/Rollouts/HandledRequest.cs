using System;

namespace Canary.Core.Rollouts;

/// <summary>A request that was carried out or refused, so that it is never carried out twice.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Action">What was asked.</param>
/// <param name="By">Who asked; empty where it was not said.</param>
/// <param name="At">When it was handled.</param>
/// <param name="IsCarriedOut">False: it was refused.</param>
/// <param name="Message">What was done, or why not.</param>
public sealed record HandledRequest(string Id, RequestAction? Action, string By, DateTimeOffset At, bool IsCarriedOut, string Message);
