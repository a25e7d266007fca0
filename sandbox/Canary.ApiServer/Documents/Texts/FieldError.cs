namespace Canary.ApiServer.Documents.Texts;

/// <summary>One broken rule of an object, as it stands in <c>details.causes</c> of a Status.</summary>
/// <param name="Field">Path with dots and brackets, <c>spec.steps[0].setWeight</c>; <c>&lt;nil&gt;</c> where the rule belongs to no
/// field.</param>
/// <param name="Reason">Reason of the cause, <c>FieldValueInvalid</c> and its like.</param>
/// <param name="Message">What is wrong, without the path.</param>
internal sealed record FieldError(string Field, string Reason, string Message)
{
    /// <summary>The error as it stands in the message of a Status.</summary>
    public string Text => $"{Field}: {Message}";

    public static FieldError Required(string field, string detail = "") => new(field, "FieldValueRequired", With("Required value", detail));

    public static FieldError Forbidden(string field, string detail) => new(field, "FieldValueForbidden", With("Forbidden", detail));

    /// <param name="field">Path of the field.</param>
    /// <param name="shown">The value as a Go program would print it: see <see cref="GoFormat"/>.</param>
    /// <param name="detail">What is allowed.</param>
    public static FieldError Invalid(string field, string shown, string detail) =>
        new(field, "FieldValueInvalid", With($"Invalid value: {shown}", detail));

    public static FieldError TypeInvalid(string field, string shown, string detail) =>
        new(field, "FieldValueTypeInvalid", With($"Invalid value: {shown}", detail));

    public static FieldError NotSupported(string field, string shown, string supported) =>
        new(field, "FieldValueNotSupported", $"Unsupported value: {shown}: supported values: {supported}");

    public static FieldError Duplicate(string field, string shown) => new(field, "FieldValueDuplicate", $"Duplicate value: {shown}");

    public static FieldError TooLong(string field, long bytes) =>
        new(field, "FieldValueTooLong", $"Too long: may not be more than {bytes} bytes");

    public static FieldError TooMany(string field, long actual, long allowed) =>
        new(field, "FieldValueTooMany", $"Too many: {actual}: must have at most {allowed} items");

    private static string With(string head, string detail) => detail.Length == 0 ? head : $"{head}: {detail}";
}
