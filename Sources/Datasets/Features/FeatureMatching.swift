extension FeatureSchema {
    /// Holds a file's features against the schema.
    ///
    /// Names decide over order. What the file does not say is taken from the schema and noted; what it says otherwise is
    /// refused.
    /// - Returns: the transform of the file's values, and what the user should be told.
    /// - Throws: `SchemaMismatch`.
    package func match(_ found: FeatureDescription) throws(SchemaMismatch) -> (FeatureTransform, [SchemaNote]) {
        if hasLengths { return try matchSteps(of: found) }
        if let sequences = found.sequences {
            throw .lengthsDiffer(
                file: found.file, dataset: found.dataset, lengths: sequences.dataset, expected: sampleShape)
        }
        var notes: [SchemaNote] = []
        if let unknown = found.unknownAxes {
            notes.append(.axesUnknown(file: found.file, dataset: found.dataset, axes: unknown))
        }
        let names = try order(of: found, &notes)
        let layout = try layout(of: found, &notes)
        // What has names has one axis.
        let order = names ?? layout
        try requireScale(of: found, &notes)
        let fileCategories = try categories(of: found, in: order)
        if let vocabulary, found.vocabulary == nil {
            notes.append(.vocabularyOfModel(file: found.file, dataset: found.dataset, tokens: vocabulary))
        }
        let transform = transform(order: order, fileCategories: fileCategories, fileTokens: found.vocabulary)
        return (transform, notes)
    }

    /// Holds the steps of sequences of any length against those of the schema.
    private func matchSteps(of found: FeatureDescription) throws(SchemaMismatch) -> (FeatureTransform, [SchemaNote]) {
        let time = SampleAxes.sequence.rawValue
        if let axes = found.axes, axes.count == 2, axes != time, Set(axes) == Set(time) {
            throw .axes(file: found.file, dataset: found.dataset, expected: time, found: axes)
        }
        guard let steps = found.ofSteps(width: featureCount) else {
            guard found.sampleShape.count == 2, sampleShape.count == 2 else { throw shapeMismatch(found) }
            throw .channels(
                file: found.file, dataset: found.dataset, expected: featureCount, found: found.sampleShape[1])
        }
        var own = self
        (own.sampleShape, own.axes, own.hasLengths) = ([featureCount], nil, false)
        let (transform, notes) = try own.match(steps)
        // Samples of equal length are converted whole.
        return (found.sequences == nil ? transform.repeated(found.width / featureCount) : transform, notes)
    }

    // MARK: Names

    /// For each feature of the schema, its index in the file; nil if the order is the same.
    private func order(of found: FeatureDescription, _ notes: inout [SchemaNote]) throws(SchemaMismatch) -> [Int]? {
        guard let names, let foundNames = found.names else {
            if found.width == width {
                if let names { notes.append(.namesOfModel(file: found.file, dataset: found.dataset, names: names)) }
                if found.names != nil { notes.append(.namesUnknown(file: found.file, dataset: found.dataset)) }
            }
            return nil
        }
        guard names != foundNames else { return nil }
        let places = Dictionary(foundNames.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let missing = names.filter { places[$0] == nil }
        let known = Set(names)
        let unknown = foundNames.filter { !known.contains($0) }
        guard missing.isEmpty else {
            throw .missingFeatures(file: found.file, dataset: found.dataset, names: missing, unknown: unknown)
        }
        guard unknown.isEmpty else {
            throw .unknownFeatures(
                file: found.file, dataset: found.dataset, names: unknown, isTable: found.dataset.isEmpty)
        }
        notes.append(.reordered(file: found.file, dataset: found.dataset))
        return names.compactMap { places[$0] }
    }

    // MARK: Layout

    /// For each feature of the schema, its index in the file, if both say the same axes in another order; nil if the order
    /// is the same.
    private func layout(of found: FeatureDescription, _ notes: inout [SchemaNote]) throws(SchemaMismatch) -> [Int]? {
        guard let axes, let foundAxes = found.axes, axes != foundAxes else {
            try requireShape(of: found)
            // Channels may be first or last in a row.
            if let axes, axes.count == 3, found.sampleShape.count == 1 {
                notes.append(.flattened(file: found.file, dataset: found.dataset, shape: sampleShape, axes: axes))
            }
            return nil
        }
        guard let own = AxisLayout(axes, sampleShape), let other = AxisLayout(foundAxes, found.sampleShape),
            own.hasAxes(of: other)
        else {
            try requireShape(of: found)
            throw .axes(file: found.file, dataset: found.dataset, expected: axes, found: foundAxes)
        }
        guard own.extents == other.extents else {
            guard found.sampleShape == sampleShape else { throw shapeMismatch(found) }
            throw .axes(file: found.file, dataset: found.dataset, expected: axes, found: foundAxes)
        }
        guard own.letters != other.letters else { return nil }
        notes.append(.axes(file: found.file, dataset: found.dataset, axes: foundAxes, expected: axes))
        return other.indices(inOrderOf: own.letters)
    }

    private func requireShape(of found: FeatureDescription) throws(SchemaMismatch) {
        // Ones do not matter, and a flattened sample fits, too.
        let (own, other) = (sampleShape.filter { $0 != 1 }, found.sampleShape.filter { $0 != 1 })
        guard own == other || found.width == width && (own.count <= 1 || other.count <= 1) else {
            throw shapeMismatch(found)
        }
    }

    /// If a file without axes has images with their channels at the other end, its attribute is missing.
    private func shapeMismatch(_ found: FeatureDescription) -> SchemaMismatch {
        let (last, first) = (SampleAxes.channelsLast.rawValue, SampleAxes.channelsFirst.rawValue)
        let swapped = axes == last ? first : last
        if let axes, axes == last || axes == first, found.axes == nil,
            let own = AxisLayout(axes, sampleShape), let other = AxisLayout(swapped, found.sampleShape),
            own.extents == other.extents
        {
            return .axesUnsaid(
                file: found.file, dataset: found.dataset, expected: sampleShape, axes: axes,
                found: found.sampleShape, foundAxes: swapped)
        }
        return .sampleShape(
            file: found.file, dataset: found.dataset, expected: sampleShape, found: found.sampleShape)
    }

    // MARK: Scale

    private func requireScale(of found: FeatureDescription, _ notes: inout [SchemaNote]) throws(SchemaMismatch) {
        guard found.scale != nil || found.offset != nil else {
            guard scale != 1 || offset != 0 else {
                if !found.isTable, (found.elementType == "uint8") != (elementType == "uint8") {
                    notes.append(
                        .elementType(
                            file: found.file, dataset: found.dataset, type: found.elementType, expected: elementType))
                }
                return
            }
            // The type of an imported table is the narrowest of its values.
            guard found.isTable || found.elementType == elementType else {
                throw .unknownScale(
                    file: found.file, dataset: found.dataset, type: found.elementType, expectedType: elementType,
                    scale: scale)
            }
            notes.append(.scaleOfModel(file: found.file, dataset: found.dataset, scale: scale, offset: offset))
            return
        }
        // Files have scales as 32-bit or 64-bit floats.
        let (ownScale, ownOffset) = (found.scale?.value ?? 1, found.offset?.value ?? 0)
        guard isScale(ownScale), Float(offset) == Float(ownOffset) else {
            throw .scale(
                file: found.file, dataset: found.dataset, expected: [scale, offset], found: [ownScale, ownOffset])
        }
    }

    /// Whether a file's scale is the schema's, or the one that it replaces, which may be NaN.
    private func isScale(_ value: Double) -> Bool {
        let known = [scale, replacedScale].compactMap(\.self).map { Float($0) }
        return known.contains { $0 == Float(value) || $0.isNaN && value.isNaN }
    }

    // MARK: Categories

    /// The file's categories of each feature of the schema.
    private func categories(of found: FeatureDescription, in order: [Int]?) throws(SchemaMismatch) -> [[String]?] {
        guard !categories.isEmpty || !found.categories.isEmpty else { return [] }
        var result: [[String]?] = []
        for feature in 0..<width {
            let own = categories(of: feature)
            let other = found.categories(of: order?[feature] ?? feature)
            guard (own == nil) == (other == nil) else {
                throw .featureKind(
                    file: found.file, dataset: found.dataset, feature: name(of: feature), isText: other != nil)
            }
            result.append(other)
        }
        return result
    }
}
