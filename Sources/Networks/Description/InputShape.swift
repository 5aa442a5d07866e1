import Layers
import RecurrentLayers

/// The axes of images of a shape; nil if it does not tell them. The channels are the first or the last number, whichever
/// alone is 4 or less; two numbers are height and width.
package func imageAxes(of shape: [Int]) -> String? {
    switch shape.count {
    case 2: "HW"
    case 3 where shape[0] > 4 && shape[2] <= 4: "HWC"
    case 3 where shape[0] <= 4 && shape[2] > 4: "CHW"
    default: nil
    }
}

extension [NetworkItem] {
    /// The axes of samples that these items read: as they are said, or else as their shape tells. Without windows, recurrent layers
    /// and normalisations, the axes do not matter and may stay open.
    ///
    /// Two numbers without axes are those of an image for a window of two, and time and channels for a recurrent layer, which takes
    /// the rows of an image for steps, too.
    /// - Parameters:
    ///   - shape: of a sample.
    ///   - axes: what is said of it, such as "HWC".
    /// - Throws: `NetworkItemError` of the first item with a window if the axes stay open, or are no image's or sequence's.
    package func axes(of shape: [Int], said axes: String?) throws(NetworkItemError) -> String? {
        let readers = axisReaders(of: shape)
        guard let (numbers, item) = readers.first else { return axes }
        func error(_ problem: NetworkItemError.Problem) -> NetworkItemError {
            NetworkItemError(place: .init(numbers: numbers), item: item.shortText, problem: problem)
        }
        let isImage = readers.contains { $0.item.has("window") && $0.item.sizes("window").count == 2 }
        if item.readsSteps {
            switch (axes, shape.count) {
            case (nil, 1), ("T", 1): return "T"
            case (nil, 2), ("TC", 2), ("HW", 2): return "TC"
            default: throw error(.isNoSequence(shape))
            }
        }
        switch (axes, shape.count) {
        case ("HWC", 3), ("CHW", 3), ("TC", 2), ("HW", 2), ("T", 1): return axes
        case (nil, 2) where !isImage: throw error(.axesAreOpen(shape))
        case (nil, 2), (nil, 3):
            guard let axes = imageAxes(of: shape) else { throw error(.axesAreOpen(shape)) }
            return axes
        default: throw error(.isNoImage(shape))
        }
    }

    /// Whether the axes of samples of this shape matter to an item, or to one in a block.
    package func readAxes(of shape: [Int]) -> Bool { !axisReaders(of: shape).isEmpty }

    /// The items that go through the steps of samples as they come, move a window over them, or normalise their channels, with their
    /// numbers. Those after a dense layer or another shape do not.
    private func axisReaders(of shape: [Int]) -> [(numbers: [Int], item: NetworkItem)] {
        withNumbers().prefix { !$0.item.ignoresAxes }.filter { _, item in
            item.readsSteps || item.movesWindow || item.normalizes && (2...3).contains(shape.count)
        }
    }

    /// The items with their numbers, each followed by those in its brackets.
    private func withNumbers(after numbers: [Int] = []) -> [(numbers: [Int], item: NetworkItem)] {
        enumerated().flatMap { index, item in
            let own = numbers + [index + 1]
            return [(own, item)] + item.items.withNumbers(after: own)
        }
    }

    /// The shape in which items read samples: [height, width, channels] of images, [time, channels] of sequences. Networks
    /// that do not read axes take samples as they are.
    /// - Parameters:
    ///   - shape: of a sample, with its channels last.
    ///   - axes: what is said of it, such as "HWC".
    /// - Returns: the shape, and whether it is one of sequences.
    /// - Throws: `NetworkItemError` of the first item with a window if the axes stay open, or the channels are first.
    func inputShape(of shape: [Int], axes: String?) throws(NetworkItemError) -> (shape: [Int], hasTime: Bool) {
        let axes = try self.axes(of: shape, said: axes)
        if axes == "T" { return (shape + [1], true) }
        if axes == "TC" { return (shape, true) }
        guard let (numbers, item) = axisReaders(of: shape).first else { return (shape, false) }
        switch axes {
        case "HW": return (shape + [1], false)
        case "CHW":
            throw NetworkItemError(
                place: .init(numbers: numbers), item: item.shortText, problem: .channelsAreFirst(shape))
        default: return (shape, false)
        }
    }
}
