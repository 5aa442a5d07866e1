/// The axes of a sample that a user may say, in the order in which a file has them: height, width, channels, time.
package enum SampleAxes: String, Sendable, CaseIterable {
    case channelsLast = "HWC"
    case channelsFirst = "CHW"
    case image = "HW"
    case sequence = "TC"
    case time = "T"

    /// The axes that a file's attribute says in any order, in capitals or not, with an N for the samples in front or not; the features
    /// of a sequence, F, are its channels.
    /// - Returns: nil for anything else.
    package static func letters(ofAttribute text: String) -> String? {
        let capitals = text.uppercased().replacing("F", with: "C")
        let letters = capitals.hasPrefix("N") ? String(capitals.dropFirst()) : capitals
        return allCases.contains { $0.rawValue.sorted() == letters.sorted() } ? letters : nil
    }
}

/// The extents of a sample by the letters of its axes, without those of 1, which change no order.
struct AxisLayout {
    let letters: [Character]
    let extents: [Character: Int]

    /// - Returns: nil unless there is one letter for each extent, each another one.
    init?(_ axes: String, _ shape: [Int]) {
        guard axes.count == shape.count, Set(axes).count == axes.count else { return nil }
        letters = zip(axes, shape).filter { $0.1 != 1 }.map(\.0)
        extents = Dictionary(uniqueKeysWithValues: zip(axes, shape).filter { $0.1 != 1 })
    }

    /// Whether another layout has the same axes, in any order.
    func hasAxes(of other: AxisLayout) -> Bool { Set(letters) == Set(other.letters) }

    /// For each value of a sample with the same axes in another order, its index in a sample of this layout.
    func indices(inOrderOf other: [Character]) -> [Int] {
        var strides: [Character: Int] = [:]
        var stride = 1
        for letter in letters.reversed() {
            strides[letter] = stride
            stride *= extents[letter] ?? 1
        }
        return other.reduce([0]) { indices, letter in
            let (count, stride) = (extents[letter] ?? 1, strides[letter] ?? 0)
            return indices.flatMap { index in (0..<count).map { index + $0 * stride } }
        }
    }
}

extension FeatureSchema {
    /// Whether the channels of images come first in files, and last in the network's inputs.
    private var hasChannelsFirst: Bool {
        axes == SampleAxes.channelsFirst.rawValue && sampleShape.count == 3 && !categories.contains { $0 != nil }
    }

    /// The axes of the network's inputs: those of the file, but for channels, which come last.
    package var inputAxes: String? { hasChannelsFirst ? SampleAxes.channelsLast.rawValue : axes }

    /// The shape of the network's input: that of a sample with its channels last, or [inputs] if text features take several
    /// inputs each.
    package var inputShape: [Int] {
        if hasChannelsFirst { return [sampleShape[1], sampleShape[2], sampleShape[0]] }
        guard categories.contains(where: { $0 != nil }) else { return sampleShape }
        return [categories.reduce(0) { $0 + ($1?.count ?? 1) }]
    }

    /// For each of the network's inputs, the feature that it is; nil if the order is the same.
    package var inputOrder: [Int]? {
        guard hasChannelsFirst, let layout = axes.flatMap({ AxisLayout($0, sampleShape) }) else { return nil }
        return layout.indices(inOrderOf: Array(SampleAxes.channelsLast.rawValue))
    }
}

extension Standardization {
    /// The same for features in another order.
    /// - Parameter order: for each feature, its index in this order.
    func reordered(_ order: [Int]) -> Standardization {
        guard kind != .none else { return self }
        let groups = order.map { grouping.group(of: $0, width: order.count) }
        return Standardization(
            kind: kind, grouping: .each, shift: groups.map { shift[$0] }, divisor: groups.map { divisor[$0] })
    }
}
