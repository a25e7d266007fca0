using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using Canary.EndToEnd.Tests.Stories;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests.Requests;

/// <summary>Two services of one namespace that belong together, pushed at the same time, with requests to both.</summary>
public sealed class GivenAGroupOfRollouts : StoriesOfOneWorld
{
    private const string Quick = """{"canary":{"scaleDownDelay":"5s","steps":[{"setWeight":34},{"pause":{"duration":"2s"}}]}}""";
    private const string Slow = """{"canary":{"scaleDownDelay":"5s","steps":[{"setWeight":34},{"pause":{"duration":"10s"}}]}}""";
    private const string Together = """{"group":{"name":"release","promoteTogether":true}}""";

    private const string Judged = $$$"""
        {"canary":{"scaleDownDelay":"5s",{{{Story.ErrorsOfServices}}},"steps":[{"setWeight":34},{"pause":{"duration":"2m"}}]}}
        """;

    internal override IReadOnlyList<Func<Story, Task>> Stories => [OrderAsync, TogetherAsync, RollbackTogetherAsync];

    [Test, CancelAfter(360_000), Strategy("group: dependsOn, one after the other")]
    public Task WhenOneDependsOnTheOther_ThenItsReleaseBeginsWhenTheOtherIsPromoted() => EndAsync(OrderAsync);

    [Test, CancelAfter(360_000), Strategy("group: promoteTogether")]
    public Task WhenTheyArePromotedTogether_ThenTheFirstWaitsWithItsWeightForTheSecond() => EndAsync(TogetherAsync);

    [Test, CancelAfter(360_000), Strategy("group: promoteTogether, one is rolled back")]
    public Task WhenOneIsRolledBack_ThenTheOtherIsToo() => EndAsync(RollbackTogetherAsync);

    private static async Task OrderAsync(Story story)
    {
        var (cart, checkout) = await TakeOverBothAsync(story, Slow, Quick, "{}", """{"dependsOn":[{"name":"cart"}]}""");

        await cart.Shop.DeployAsync("2.0.0");
        await checkout.Shop.DeployAsync("2.0.0");
        await checkout.Shop.UntilAsync("it waits for the other",
            status => ((string?)status["message"])?.Contains("cart to be promoted", StringComparison.Ordinal) is true);
        await cart.Shop.UntilWeightAsync(100);
        Assert.That(checkout.Capacity.Weights, Is.EqualTo(new[] { 0 }), "it has not begun");
        await cart.Shop.UntilPromotedAsync("2.0.0");
        await checkout.Shop.UntilPromotedAsync("2.0.0");

        Assert.That(checkout.Capacity.Weights, Is.EqualTo(new[] { 0, 34, 100, 0 }));
    }

    private static async Task TogetherAsync(Story story)
    {
        var (cart, checkout) = await TakeOverBothAsync(story, Slow, Quick, Together, Together);

        await cart.Shop.DeployAsync("2.0.0");
        await checkout.Shop.DeployAsync("2.0.0");
        await checkout.Shop.UntilAsync("it waits with its weight for the other", status => (int?)status["weights"]?["applied"] == 34
            && ((string?)status["message"])?.Contains("cart", StringComparison.Ordinal) is true);
        Assert.That(cart.Capacity.Weights, Does.Not.Contain(100));
        await cart.Shop.UntilPromotedAsync("2.0.0");
        await checkout.Shop.UntilPromotedAsync("2.0.0");

        Assert.That(checkout.Capacity.Weights, Is.EqualTo(new[] { 0, 34, 100, 0 }));
    }

    private static async Task RollbackTogetherAsync(Story story)
    {
        var (cart, checkout) = await TakeOverBothAsync(story, Judged, Judged, Together, Together);
        cart.Load.BadVersion = "3.0.0";

        await checkout.Shop.DeployAsync("2.0.0");
        await checkout.Shop.UntilWeightAsync(34);
        await cart.Shop.DeployAsync("3.0.0", 0.4);
        await cart.Shop.UntilPhaseAsync("RolledBack");
        var other = await checkout.Shop.UntilPhaseAsync("RolledBack");
        await checkout.Shop.UntilIdleAsync();

        Assert.That((string?)other["status"]!["message"], Does.Contain("cart"), "it says whose fault it is");
        Assert.That(await checkout.Shop.VersionAsync("checkout-stable"), Is.EqualTo("1.0.0"));
    }

    private static async Task<((Shop Shop, RequestLoad Load, CapacityRecorder Capacity) Cart, (Shop Shop, RequestLoad Load, CapacityRecorder
        Capacity) Checkout)> TakeOverBothAsync(Story story, string ofCart, string ofCheckout, string moreOfCart, string moreOfCheckout)
    {
        var cart = await story.TakeOverAsync(ofCart, "cart", moreOfCart);
        return (cart, await story.TakeOverAsync(ofCheckout, "checkout", moreOfCheckout));
    }
}
