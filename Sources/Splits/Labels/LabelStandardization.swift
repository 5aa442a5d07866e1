import Datasets

extension LabelSchema {
    /// The same labels with standardised measurements, by mean and deviation of the training split in Double.
    /// - Throws: `DatasetError.targetSpreadNotFinite`.
    package func standardized(by labels: Labels) throws(DatasetError) -> LabelSchema {
        let numbers: [Double]
        switch labels.values {
        case .numbers(let values, _): numbers = values
        case .integers(let integers): numbers = integers.map(Double.init)
        case .texts: return self
        }
        var statistics = FeatureStatistics(categories: Array(repeating: nil, count: width))
        numbers.withUnsafeBufferPointer { statistics.add($0, firstRow: 0) }
        statistics.finish()
        var schema = self
        schema.means = statistics.features.map(\.mean)
        // Constant measurements become 0.
        schema.deviations = statistics.features.map { $0.smallest == $0.largest ? 1 : $0.deviation }
        guard schema.means.allSatisfy(\.isFinite), schema.deviations.allSatisfy({ $0.isFinite && $0 > 0 }) else {
            throw .targetSpreadNotFinite(file: labels.file, dataset: labels.dataset)
        }
        return schema
    }
}
