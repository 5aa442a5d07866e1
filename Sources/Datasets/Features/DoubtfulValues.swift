extension FeatureSchema {
    /// Notes the feature whose values lie farthest outside the range that training saw, if they lie beyond it by more than
    /// its length.
    package func outside(_ found: FeatureRanges, file: String, dataset: String) -> SchemaNote? {
        // A file with other axes than the training file may have one range for all features, or several in place of one.
        let isAlike = found.smallest.count == ranges.smallest.count
        let (ranges, found) = isAlike ? (ranges, found) : (ranges.joined, found.joined)
        var farthest: (index: Int, excess: Double)?
        var count = 0
        for index in ranges.smallest.indices {
            guard let seen = ranges[index], let other = found[index] else { continue }
            let length = seen.upperBound - seen.lowerBound
            let excess = max(seen.lowerBound - other.lowerBound, other.upperBound - seen.upperBound)
            guard excess > length else { continue }
            count += 1
            let relative = length > 0 ? excess / length : .greatestFiniteMagnitude
            if relative > farthest?.excess ?? 0 { farthest = (index, relative) }
        }
        guard let index = farthest?.index, let seen = ranges[index], let range = found[index] else { return nil }
        return .outside(
            file: file, dataset: dataset, feature: ranges.smallest.count == 1 ? nil : name(of: index), found: range,
            seen: seen, others: count - 1)
    }

    /// Notes features that hardly let a network learn because they are not standardised: their spreads differ a hundredfold, or
    /// they lie beyond ±100.
    package func doubtfulScale(file: String, dataset: String) -> SchemaNote? {
        standardization.kind == .none ? ranges.doubtfulScale(file: file, dataset: dataset, name: name) : nil
    }
}

extension FeatureRanges {
    /// See `FeatureSchema.doubtfulScale`.
    package func doubtfulScale(file: String, dataset: String, name: (Int) -> String) -> SchemaNote? {
        let found = smallest.indices.compactMap { index in
            self[index].map { FeatureRange(feature: smallest.count == 1 ? nil : name(index), range: $0) }
        }
        func spread(_ feature: FeatureRange) -> Double { feature.range.upperBound - feature.range.lowerBound }
        func size(_ feature: FeatureRange) -> Double {
            max(abs(feature.range.lowerBound), abs(feature.range.upperBound))
        }
        let varying = found.filter { spread($0) > 0 }
        if let wide = varying.max(by: { spread($0) < spread($1) }),
            let narrow = varying.min(by: { spread($0) < spread($1) }), spread(wide) >= 100 * spread(narrow)
        {
            return .unequalSpread(file: file, dataset: dataset, wide: wide, narrow: narrow)
        }
        let far = found.filter { size($0) > 100 }
        guard let farthest = far.max(by: { size($0) < size($1) }) else { return nil }
        return .farFromZero(file: file, dataset: dataset, farthest, others: far.count - 1)
    }
}
