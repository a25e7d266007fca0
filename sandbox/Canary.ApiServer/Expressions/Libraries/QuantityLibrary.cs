using System;
using System.Collections.Generic;
using System.Numerics;
using Canary.ApiServer.Expressions.Values;

namespace Canary.ApiServer.Expressions.Libraries;

/// <summary>Kubernetes' functions on quantities.</summary>
internal static class QuantityLibrary
{
    private const string Type = "kubernetes.Quantity";

    public static void AddTo(Action<string, string, Func<IReadOnlyList<object?>, object?>> add)
    {
        add("quantity", $"(string){Type}", a => QuantityValue.Read(StringLibrary.Text(a, 0))
            ?? throw new CelError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"));
        add("isQuantity", "(string)bool", a => QuantityValue.Read(StringLibrary.Text(a, 0)) is not null);
        add("sign", $"{Type}.()int", a => (long)Of(a, 0).Nanos.Sign);
        add("isGreaterThan", $"{Type}.({Type})bool", a => Of(a, 0).CompareTo(Of(a, 1)) > 0);
        add("isLessThan", $"{Type}.({Type})bool", a => Of(a, 0).CompareTo(Of(a, 1)) < 0);
        add("compareTo", $"{Type}.({Type})int", a => (long)Math.Sign(Of(a, 0).CompareTo(Of(a, 1))));
        add("add", $"{Type}.({Type}){Type} {Type}.(int){Type}", a => new QuantityValue(Of(a, 0).Nanos + Of(a, 1).Nanos));
        add("sub", $"{Type}.({Type}){Type} {Type}.(int){Type}", a => new QuantityValue(Of(a, 0).Nanos - Of(a, 1).Nanos));
        add("isInteger", $"{Type}.()bool", a => Of(a, 0).IsWhole);
        add("asInteger", $"{Type}.()int", a => Of(a, 0).IsWhole ? (long)Of(a, 0).Whole
            : throw new CelError("cannot convert value to integer"));
        add("asApproximateFloat", $"{Type}.()double", a => Of(a, 0).Number);
    }

    private static QuantityValue Of(IReadOnlyList<object?> arguments, int index) => arguments[index] switch
    {
        QuantityValue quantity => quantity,
        long whole when index > 0 => new QuantityValue(new BigInteger(whole) * 1_000_000_000),
        _ => throw CelError.NoOverload,
    };
}
