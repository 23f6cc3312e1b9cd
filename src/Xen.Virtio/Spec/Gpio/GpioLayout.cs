namespace Xen.Virtio.Spec.Gpio;

/// <summary>Sizes and offsets of a GPIO device, virtio 1.3 §5.17.4, §5.17.6 and §5.17.7. Bytes throughout.</summary>
public static class GpioLayout
{
    /// <summary>Offset of <c>le16 ngpio</c> in the configuration space.</summary>
    public const int LineCountOffset = 0;

    /// <summary>Offset of <c>le32 gpio_names_size</c>.</summary>
    public const int NamesSizeOffset = 4;

    /// <summary>Size of <c>struct virtio_gpio_config</c>.</summary>
    public const int ConfigLength = 8;

    /// <summary>Size of <c>struct virtio_gpio_response</c>: status, value.</summary>
    public const int ResponseSize = 2;

    /// <summary>Size of <c>struct virtio_gpio_irq_request</c>: <c>le16 gpio</c>.</summary>
    public const int EventRequestSize = 2;

    /// <summary>Index of the request queue.</summary>
    public const int RequestQueue = 0;

    /// <summary>Index of the event queue.</summary>
    public const int EventQueue = 1;
}
