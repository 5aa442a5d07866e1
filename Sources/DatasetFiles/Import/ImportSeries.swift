import Datasets
import Splits
import Tables

/// Converts files of time series to a dataset file.
/// - Parameters:
///   - test: nil for none.
///   - missing: what is to stand in for missing values when the file is trained on.
///   - note: receives what the user should be told.
///   - advance: called regularly with the share of a file that has been read, nil if that is unknown.
/// - Throws: `CSVError`, `SequenceFileError`; `ImportMismatch` and `SchemaMismatch` for files that do not fit together; `DatasetError`;
///   `FileError` and `HDF5Error` when the file cannot be written.
package func importSeries(
    train: String, test: String?, missing: FeatureSchema.MissingPolicy, to path: String, note: (SchemaNote) -> Void,
    advance: @escaping (Double?) -> Void = { _ in }
) throws {
    var files = [try SeriesFile(contentsOf: train, allowsMissing: missing != .refuse, advance: advance)]
    if let test {
        let file = try SeriesFile(contentsOf: test, allowsMissing: missing != .refuse, advance: advance)
        try file.requireLikeness(to: files[0])
        files.append(file)
    }
    for file in files { file.lengths.noteOfEmpty(in: file.path).map(note) }
    let labels = try files.map { try $0.importedLabels() }
    let classNames: [String]? = if case .classes(let names) = files[0].kindOfLabels { names } else { nil }
    let writer = SequenceWriter(
        channels: files[0].channels,
        labels: try LabelWriter(train: labels[0], task: .classification, classNames: classNames), missing: missing)
    let splits = zip([SplitName.train, .test], zip(files, labels)).map { name, each in
        SequenceWriter.Split(name: name, values: each.0.values, lengths: each.0.lengths, labels: each.1)
    }
    try writer.write(splits, to: path)
}

extension SeriesFile {
    /// The labels; nil if there are none.
    fileprivate func importedLabels() throws -> Labels? {
        guard kindOfLabels != .none else { return nil }
        return try Labels(labels, name: "label", file: path) { line(ofSeries: $0) }
    }

    /// Checks that test series are as those of training.
    /// - Throws: `ImportMismatch.unequalChannels`, `.unequalLabels`.
    fileprivate func requireLikeness(to train: SeriesFile) throws(ImportMismatch) {
        guard channels == train.channels else {
            throw .unequalChannels(path: path, expected: train.channels, found: channels, train: train.path)
        }
        let areMeasurements = train.kindOfLabels == .measurements
        guard kindOfLabels == .none || (kindOfLabels == .measurements) == areMeasurements else {
            throw .unequalLabels(path: path, areMeasurements: !areMeasurements, train: train.path)
        }
    }
}
