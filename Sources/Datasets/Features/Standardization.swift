/// How values are brought to a common scale before a network learns from them: input = (value − shift) / divisor, in Double,
/// with numbers from the training split. Constant features, whose divisor is 0, become 0.
package struct Standardization: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case none
        /// Each feature by its own mean and standard deviation.
        case feature
        /// Each channel of an image or a sequence by its own mean and standard deviation.
        case channel
        /// All values by one mean and one standard deviation.
        case all
        /// Each feature by its smallest value and its range, to 0 to 1.
        case minMax = "min-max"
    }

    package let kind: Kind
    /// The features that share a shift and a divisor.
    package let grouping: FeatureGrouping
    /// What is subtracted, one number for each group; empty for `none`.
    package let shift: [Double]
    /// What is divided by, one number for each group.
    package let divisor: [Double]

    package static let none = Standardization(kind: .none, grouping: .all, shift: [], divisor: [])

    package init(kind: Kind, grouping: FeatureGrouping, shift: [Double], divisor: [Double]) {
        (self.kind, self.grouping, self.shift, self.divisor) = (kind, grouping, shift, divisor)
    }

    /// The value that becomes an input.
    package func value(of input: Double, feature: Int, width: Int) -> Double {
        guard kind != .none else { return input }
        let group = grouping.group(of: feature, width: width)
        return input * divisor[group] + shift[group]
    }

    /// Standardises by the statistics of the training split.
    /// - Parameters:
    ///   - isText: whether a feature is text: its columns of 0 and 1 stay as they are.
    ///   - channels: how features belong to channels.
    ///   - areSteps: whether the statistics are of the steps of sequences, whose features are the channels.
    init(
        _ kind: Kind, _ statistics: FeatureStatistics, isText: (Int) -> Bool, channels: FeatureGrouping?,
        areSteps: Bool
    ) {
        let width = statistics.features.count
        let grouping: FeatureGrouping =
            switch kind {
            case .none, .all: .all
            case .channel: channels ?? .all
            case .feature, .minMax: areSteps ? channels ?? .each : .each
            }
        guard kind != .none else {
            self = .none
            return
        }
        let members = Dictionary(grouping: (0..<width).filter { !isText($0) }) { grouping.group(of: $0, width: width) }
        let summaries = (0..<grouping.count(width: width)).map { statistics.merged(members[$0] ?? []) }
        let usesRange = kind == .minMax
        self.init(
            kind: kind, grouping: grouping,
            shift: summaries.map { $0.count == 0 ? 0 : usesRange ? $0.smallest : $0.mean },
            divisor: summaries.map {
                // A deviation of equal values is not exactly 0 if their mean is rounded.
                $0.count == 0 || $0.smallest == $0.largest ? 0 : usesRange ? $0.largest - $0.smallest : $0.deviation
            })
    }
}

/// The division of a sample's features into groups that are standardised together.
package enum FeatureGrouping: Codable, Sendable, Equatable {
    /// One group.
    case all
    /// A group for each feature.
    case each
    /// The last axis is the channel, as in "HWC".
    case lastAxis(Int)
    /// The first axis is the channel, as in "CHW".
    case firstAxis(Int)

    /// The number of groups.
    package func count(width: Int) -> Int {
        switch self {
        case .all: 1
        case .each: width
        case .lastAxis(let count), .firstAxis(let count): count
        }
    }

    /// The group of a feature.
    package func group(of feature: Int, width: Int) -> Int {
        switch self {
        case .all: 0
        case .each: feature
        case .lastAxis(let count): feature % count
        case .firstAxis(let count): feature / (width / count)
        }
    }

    /// The channels of samples of a shape with these axes. Without axes, the channel of an image of three dimensions is its
    /// first or last one, whichever alone is 4 or less; an image of two dimensions has one channel.
    /// - Returns: nil if the channel cannot be told.
    static func channels(of shape: [Int], axes: String?) -> FeatureGrouping? {
        if let axes, axes.count == shape.count {
            if axes.last == "C", let count = shape.last { return .lastAxis(count) }
            if axes.first == "C" { return .firstAxis(shape[0]) }
            return axes == "HW" ? .all : nil
        }
        switch shape.count {
        case 2: return .all
        case 3 where shape[0] <= 4 && shape[2] > 4: return .firstAxis(shape[0])
        case 3 where shape[2] <= 4 && shape[0] > 4: return .lastAxis(shape[2])
        default: return nil
        }
    }
}
