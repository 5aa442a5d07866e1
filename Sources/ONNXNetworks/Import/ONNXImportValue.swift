import PortableNetworks

/// What is known of a value of an ONNX graph.
enum ONNXImportValue {
    case value(Computed)
    /// Lengths of sequences, masks made of them, and shapes: what our layers find out by themselves.
    case side

    /// A value of the network.
    struct Computed {
        /// The value of the foreign network; of a pending recurrent layer, its input.
        var index: Int
        /// The shape of a sample in our order: [height, width, channels], [time, channels], [elements].
        var shape: [Int]
        var order = Order.plain
        /// The image whose values, with the channels first, are the elements of `shape`.
        var flattened: [Int]?
        /// Zeros around an image or a sequence that the next operator counts in: before and after each axis.
        var padding: (before: [Int], after: [Int])?
        /// The layer that computes it, of which operators that follow may say more.
        var recurrent: PendingRecurrent?
        /// Whether it is a sum over steps, which a division by lengths makes a mean.
        var isSumOfSteps = false
    }

    /// The order of its axes.
    enum Order: Equatable {
        /// Samples, then our order.
        case plain
        /// Samples, channels, then places.
        case channelsFirst
        /// Steps, samples, channels.
        case stepsFirst
        /// As recurrent operators put them out: steps, directions, samples, units.
        case directions
        /// The same with the directions after the samples.
        case directionsLast
        /// The hidden values after the last step: directions, samples, units.
        case lastDirections
        /// The same with the samples first.
        case lastDirectionsLast
    }
}

/// A recurrent layer until all is known that an item says of it.
struct PendingRecurrent {
    /// The operation's name.
    var name: String
    var kind: String
    var units: Int
    /// `reset=before`, of gated units.
    var resetsBefore = false
    /// The tensors of the forward direction, and of the reverse one.
    var forward: [String: FloatTensor]?
    var reverse: [String: FloatTensor]?
    var returns = "sequence"

    var text: String {
        var text = "\(kind) \(units)"
        if forward != nil, reverse != nil { text += " bidirectional=yes" }
        if resetsBefore { text += " reset=before" }
        return text + " returns=\(returns)"
    }
}
