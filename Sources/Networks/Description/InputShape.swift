import Layers

extension NetworkBuilder {
    /// The shape in which items read samples: [height, width, channels] of images, [time, channels] of sequences. Networks without
    /// windows read samples as they are.
    /// - Parameters:
    ///   - shape: of a sample.
    ///   - axes: what a file says of it, such as "HWC".
    /// - Throws: `NetworkItemError` of the first item with a window if the axes are open, or the channels are first.
    static func inputShape(
        of shape: [Int], axes: String?, _ items: [NetworkItem]
    ) throws(NetworkItemError) -> [Int] {
        guard let (numbers, item) = firstWithWindow(items) else { return shape }
        func error(_ problem: NetworkItemError.Problem) -> NetworkItemError {
            NetworkItemError(place: .init(numbers: numbers), item: item.shortText, problem: problem)
        }
        let isImage = item.has("window") && item.sizes("window").count == 2
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

    private static func firstWithWindow(_ items: [NetworkItem], in numbers: [Int] = []) -> ([Int], NetworkItem)? {
        for (index, item) in items.enumerated() {
            if item.movesWindow { return (numbers + [index + 1], item) }
            if let found = firstWithWindow(item.items, in: numbers + [index + 1]) { return found }
        }
        return nil
    }
}
