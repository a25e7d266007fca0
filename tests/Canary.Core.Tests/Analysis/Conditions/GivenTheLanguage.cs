using System.Linq;
using Canary.Core.Analysis.Conditions;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis.Conditions;

public sealed class GivenTheLanguage
{
    [TestCase("1 + 2 * 3 == 7")]
    [TestCase("(1 + 2) * 3 == 9")]
    [TestCase("7 - 2 - 1 == 4")]
    [TestCase("2 ** 3 ** 2 == 512")]
    [TestCase("2 ^ 10 == 1024")]
    [TestCase("-2 ** 2 == -4")]
    [TestCase("7 / 2 == 3.5")]
    [TestCase("7 % 4 == 3")]
    [TestCase("1 / 0 > 1e300")]
    [TestCase("isNaN(0 / 0)")]
    [TestCase(".5 == 5e-1")]
    [TestCase("- 1 < 0 and +1 > 0")]
    [TestCase("true || false && false")]
    [TestCase("not false and true")]
    [TestCase("!(1 == 2)")]
    [TestCase("1 in [1, 2]")]
    [TestCase("3 not in [1, 2]")]
    [TestCase("'a' in ['a'] and not ('b' in ['a'])")]
    [TestCase("'canary' startsWith 'can' and 'canary' endsWith 'ary' and 'canary' contains 'nar'")]
    [TestCase("'a' + 'b' == \"ab\"")]
    [TestCase("'it\\'s' == \"it's\" and `a\\n` != 'a\\n'")]
    [TestCase("'a' < 'b'")]
    [TestCase("1 > 2 ? false : true")]
    [TestCase("true ? false ? false : true : false")]
    [TestCase("nil == nil and nil != 1")]
    [TestCase("isNil(nil) and not isNil(0)")]
    [TestCase("default(nil, 3) == 3 and default(0, 3) == 0")]
    [TestCase("nil ?? 4 == 4")]
    [TestCase("[1, 2] == [1, 2] and [1] != [2] and [1] != [1, 2]")]
    [TestCase("[1, 2, 3][-1] == 3")]
    [TestCase("len([]) == 0 and len('four') == 4")]
    [TestCase("all([], {# > 1}) and not any([], {# > 1}) and none([], {# > 1})")]
    [TestCase("any([1, 5], {# > 4}) and none([1, 2], {# > 4}) and one([1, 5], {# > 4})")]
    [TestCase("all([1, 2], # < 3)")]
    [TestCase("count([1, 2, 3], {# > 1}) == 2")]
    [TestCase("filter([1, 2, 3], {# != 2}) == [1, 3]")]
    [TestCase("map([1, 2], {# * 10}) == [10, 20]")]
    [TestCase("all([[1, 2], [3]], {all(#, {# > 0})})")]
    [TestCase("max(map([1, 2], {# * 10})) == 20 and max(1, 7, 3) == 7 and min([4, 2]) == 2")]
    [TestCase("sum([1, 2]) == 3 and mean([1, 2]) == 1.5 and first([7, 8]) == 7 and last([7, 8]) == 8")]
    [TestCase("abs(-2) == 2 and floor(1.9) == 1 and ceil(1.1) == 2 and round(2.5) == 3")]
    [TestCase("false && 1 / 'x' > 0 ? false : true")]
    [TestCase("1; 2 > 1;")]
    [TestCase("let x = 1;\nx == 1 // one\n")]
    [TestCase("if 1 > 2 { false } else { let x = true; x }")]
    [TestCase("1000000.0 | string() == '1e+06' and string(999999.5) == '999999.5'")]
    public void WhenItIsTrue_ThenItHolds(string condition) => Assert.That(Evaluated.On(condition, Answers.Empty), Is.EqualTo("true"));

    [TestCase("1 < 'a'")]
    [TestCase("1 and true")]
    [TestCase("not 1")]
    [TestCase("-'a' == 1")]
    [TestCase("[1][0.5] == 1")]
    [TestCase("nil.field == 1")]
    [TestCase("1 ? true : false")]
    [TestCase("all([1], {#})")]
    [TestCase("all(1, {true})")]
    [TestCase("sum(['a']) == 1")]
    [TestCase("'a' in 'abc'")]
    public void WhenAValueDoesNotFit_ThenItIsAnError(string condition) =>
        Assert.That(Evaluated.On(condition, Answers.Empty), Is.EqualTo("error"));

    [TestCase("", 1, "empty")]
    [TestCase("results[0] >= 90.000000", 1, "named \"results\"")]
    [TestCase("result[0] > ", 13, "the end")]
    [TestCase("result[0 > 1", 13, "\"]\" was expected")]
    [TestCase("result[0] = 1", 11, "==")]
    [TestCase("result[0] & 1", 11, "&&")]
    [TestCase("result[0] 1", 11, "the number 1")]
    [TestCase("result[0] <= {{args.max}}", 14, "\"{\"")]
    [TestCase("# > 1", 1, "closure")]
    [TestCase("any(result, {.a > 1}) && .a", 26, "closure")]
    [TestCase("all(result)", 11, "closure")]
    [TestCase("foo(1)", 1, "no function \"foo\"")]
    [TestCase("len(1, 2)", 1, "one argument")]
    [TestCase("len", 1, "write len(...)")]
    [TestCase("'open", 1, "not closed")]
    [TestCase("1.5e", 1, "exponent")]
    [TestCase("12abc", 3, "cannot go on")]
    [TestCase("result[0] ~ 1", 11, "\"~\"")]
    [TestCase("or true", 1, "before \"or\"")]
    public void WhenItCannotBeRead_ThenThePositionAndTheReasonAreSaid(string condition, int position, string reason)
    {
        var invalid = MetricCondition.Parse(condition) as ConditionParse.Invalid;

        Assert.That(invalid, Is.Not.Null);
        Assert.That((invalid!.Position, invalid.Problem), Is.EqualTo((position, invalid.Problem)));
        Assert.That(invalid.Problem, Does.Contain(reason));
    }

    [TestCase("(", ")", 5000)]
    [TestCase("!", "", 500)]
    [TestCase("-", "", 500)]
    [TestCase("[", "]", 500)]
    [TestCase("len(", ")", 500)]
    [TestCase("1 + ", "", 900)]
    [TestCase("2 ** ", "", 500)]
    [TestCase("true ? ", " : 1", 300)]
    [TestCase("let a = 1; ", "", 500)]
    [TestCase("if true { ", " } else { 1 }", 500)]
    [TestCase("{a: ", "}", 500)]
    [TestCase("all([1], ", ")", 500)]
    [TestCase("1 < ", "", 900)]
    [TestCase("[1] | first() | string() | len() + ", "", 900)]
    public void WhenItIsTooDeep_ThenItIsRefusedAndNothingOverflows(string open, string close, int times)
    {
        var text = string.Concat(Enumerable.Repeat(open, times)) + "1" + string.Concat(Enumerable.Repeat(close, times));

        Assert.That(MetricCondition.Parse(text), Is.InstanceOf<ConditionParse.Invalid>());
    }

    [TestCase("len(1..1000000) + len(2..1000000) > 0")]
    [TestCase("len(map(1..100000, map(1..100000, #))) > 0")]
    [TestCase("len(reduce(1..1000, [#acc, #acc], [])) > 0")]
    [TestCase("len(reduce(1..1000, ({a: #acc}), {})) > 0")]
    [TestCase("string(reduce(1..60, [#acc, #acc], [])) == ''")]
    [TestCase("toJSON(reduce(1..60, [#acc, #acc], [])) == ''")]
    [TestCase("len(flatten(reduce(1..60, [#acc, #acc], []))) == 0")]
    [TestCase("reduce(1..60, [#acc, #acc], []) == reduce(1..60, [#acc, #acc], [])")]
    [TestCase("max(reduce(1..60, [#acc, #acc], [])) == 0")]
    [TestCase("string(reduce(1..60, {let a = #acc; {a: a, b: a}}, {})) == ''")]
    [TestCase("len(join(map(1..1000, repeat('x', 900)), repeat('y', 900))) > 0")]
    [TestCase("len(reduce(1..100, #acc + #acc, 'x')) > 0")]
    [TestCase("len(reduce(1..100, concat(#acc, #acc), [1])) > 0")]
    [TestCase("let n = 1000000000; len(1..n) > 0")]
    [TestCase("let n = 1000000000; len(repeat('x', n)) > 0")]
    [TestCase("len(flatten(map(1..1000, 1..1000))) > 0")]
    [TestCase("len(toJSON(map(1..1000, repeat('x', 1000)))) > 0")]
    [TestCase("len(replace(repeat('a', 1000), 'a', repeat('b', 1000000))) > 0")]
    [TestCase("len(split(repeat('a', 1000000), '')) > 0")]
    [TestCase("all(1..1000, all(1..1000, all(1..1000, true)))")]
    public void WhenItWouldFillTheMemory_ThenItIsStopped(string condition) =>
        Assert.That(Evaluated.On(condition, Answers.Empty), Is.EqualTo("error"));

    [Test]
    public void WhenItWouldTakeForever_ThenItIsStopped()
    {
        var numbers = Answers.Vector([.. Enumerable.Range(0, 5000).Select(number => (double)number)]);

        Assert.That(Evaluated.On("all(result, {# in result})", numbers), Is.EqualTo("error"));
        Assert.That(Evaluated.On("all(result, {all(result, {true})})", numbers), Is.EqualTo("error"));
        Assert.That(Evaluated.On("all(result, {# < 5000})", numbers), Is.EqualTo("true"));
    }
}
