namespace Xen.Testing.Faults;

/// <summary>What a rule of <see cref="FaultRules{TCall, TRule}"/> says of a call.</summary>
internal interface IFaultRule<TCall>
{
    bool Concerns(TCall call);
}
