extension FeatureSchema {
    /// Notes the feature whose values lie farthest outside the range that training saw, if they lie beyond it by more than
    /// its length.
    package func outside(_ found: FeatureRanges, _ description: FeatureDescription) -> SchemaNote? {
        typealias Excess = (feature: String?, found: ClosedRange<Double>, seen: ClosedRange<Double>, relative: Double)
        func excess(_ feature: String?, _ found: ClosedRange<Double>?, _ seen: ClosedRange<Double>?) -> Excess? {
            guard let found, let seen else { return nil }
            let length = seen.upperBound - seen.lowerBound
            let excess = max(seen.lowerBound - found.lowerBound, found.upperBound - seen.upperBound)
            // What never changed in training is 0 once it is standardised, whatever its value.
            guard excess > length, length > 0 || standardization.kind == .none || standardization.grouping != .each
            else { return nil }
            return (feature, found, seen, length > 0 ? excess / length : .greatestFiniteMagnitude)
        }
        let areAlike = found.smallest.count == ranges.smallest.count && ranges.smallest.count > 1
        let excesses =
            areAlike
            ? ranges.smallest.indices.compactMap {
                excess(names?[$0] ?? description.name(of: $0), found[$0], ranges[$0])
            }
            : [excess(nil, found.overall, ranges.overall)].compactMap(\.self)
        let farthest = excesses.reduce(nil as Excess?) { $0.map { $0.relative } ?? 0 >= $1.relative ? $0 : $1 }
        return farthest.map {
            .outside(
                file: description.file, dataset: description.dataset, feature: $0.feature, found: $0.found,
                seen: $0.seen,
                others: excesses.count - 1)
        }
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
