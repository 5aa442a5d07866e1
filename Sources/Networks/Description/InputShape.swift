import Layers

extension NetworkBuilder {
    /// The shape in which items read samples: [height, width, channels] of images, [time, channels] of sequences. Networks without
    /// windows, and those that give samples another shape before the first one, read samples as they are.
    /// - Parameters:
    ///   - shape: of a sample.
    ///   - axes: what a file says of it, such as "HWC".
    /// - Throws: `NetworkItemError` of the first item with a window if the axes are open, or the channels are first.
    static func inputShape(
        of shape: [Int], axes: String?, _ items: [NetworkItem]
    ) throws(NetworkItemError) -> [Int] {
        let readers = all(items).prefix { !$0.item.reshapes }.filter(\.item.movesWindow)
        guard let (numbers, item) = readers.first else { return shape }
        func error(_ problem: NetworkItemError.Problem) -> NetworkItemError {
            NetworkItemError(place: .init(numbers: numbers), item: item.shortText, problem: problem)
        }
        let isImage = readers.contains { $0.item.has("window") && $0.item.sizes("window").count == 2 }
        switch (axes, shape.count) {
        case ("HWC", 3), ("TC", 2): return shape
        case ("HW", 2), ("T", 1): return shape + [1]
        case ("CHW", 3): throw error(.channelsAreFirst(shape))
        case (nil, 3):
            // Channels are few.
            switch (shape[0] <= 4, shape[2] <= 4) {
            case (false, true): return shape
            case (true, false): throw error(.channelsAreFirst(shape))
            default: throw error(.axesAreOpen(shape))
            }
        case (nil, 2) where isImage: return shape + [1]
        case (nil, 2): throw error(.axesAreOpen(shape))
        default: throw error(.isNoImage(shape))
        }
    }

    /// The items with their numbers, each followed by those in its brackets.
    private static func all(
        _ items: [NetworkItem], in numbers: [Int] = []
    ) -> [(numbers: [Int], item: NetworkItem)] {
        items.enumerated().flatMap { index, item in
            let own = numbers + [index + 1]
            return [(own, item)] + all(item.items, in: own)
        }
    }
}
