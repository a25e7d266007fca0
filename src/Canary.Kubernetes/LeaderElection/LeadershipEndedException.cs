using System;

namespace Canary.Kubernetes.LeaderElection;

/// <summary>Tells the library's elector that the leadership is over: anything else it would try again.</summary>
internal sealed class LeadershipEndedException(string reason) : Exception(reason);
