namespace Xen.DeviceModel;

/// <summary>Why a device is not served.</summary>
/// <param name="Text">What is missing or wrong, in words that follow the device's name.</param>
/// <param name="IsWrong">Whether it is an error; if not, the toolstack is probably not done yet.</param>
internal sealed record BackendComplaint(string Text, bool IsWrong);
