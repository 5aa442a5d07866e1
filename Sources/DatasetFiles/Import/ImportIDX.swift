import Splits

/// An inconsistency between imported files.
package enum ImportMismatch: Error, Sendable, Equatable {
    case rowCountsDiffer(features: String, featureRows: Int, labels: String, labelRows: Int)
    /// The labels do not have one dimension.
    case notLabels(path: String, shape: [Int])
    /// The images do not have at least two dimensions.
    case notImages(path: String, shape: [Int])
    case unequalSampleShapes(path: String, expected: [Int], found: [Int])
    /// Only one of the files has a header; `hasHeader` says whether it is this one.
    case unequalHeaders(path: String, hasHeader: Bool)
    /// Time series have another number of channels than those of the training file.
    case unequalChannels(path: String, expected: Int, found: Int, train: String)
    /// Labels are measurements, and those of the training file are not; or the reverse.
    case unequalLabels(path: String, areMeasurements: Bool, train: String)
}

/// A pair of IDX files with images and labels, compressed with gzip or not.
package struct IDXSource: Sendable {
    package let images: String
    package let labels: String

    package init(images: String, labels: String) {
        self.images = images
        self.labels = labels
    }

    /// Reads and checks both files.
    /// - Throws: `IDXError`, `ImportMismatch`.
    func read(_ advance: (Double?) -> Void) throws -> (images: IDXArray, labels: IDXArray) {
        let imageArray = try IDXArray(contentsOf: images, advance: advance)
        let labelArray = try IDXArray(contentsOf: labels)
        guard imageArray.shape.count > 1, !imageArray.shape.dropFirst().contains(0) else {
            throw ImportMismatch.notImages(path: images, shape: imageArray.shape)
        }
        guard labelArray.shape.count == 1 else { throw ImportMismatch.notLabels(path: labels, shape: labelArray.shape) }
        guard imageArray.shape[0] == labelArray.shape[0] else {
            throw ImportMismatch.rowCountsDiffer(
                features: images, featureRows: imageArray.shape[0], labels: labels, labelRows: labelArray.shape[0])
        }
        return (imageArray, labelArray)
    }
}

/// Converts IDX files to a dataset file. Images stay bytes, with a scale of 1/255; class names are the class ids.
/// - Parameter advance: called regularly with the share of a file that has been read.
/// - Throws: `IDXError`, `ImportMismatch`; `FileError` and `HDF5Error` when the file cannot be written.
package func importIDX(
    train: IDXSource, test: IDXSource?, to path: String, advance: (Double?) -> Void = { _ in }
) throws {
    var splits: [DatasetWriter.Split] = []
    for (name, source) in [(SplitName.train, train), (.test, test)] {
        guard let source else { continue }
        let (images, labels) = try source.read(advance)
        let shape = Array(images.shape.dropFirst())
        if let first = splits.first, first.sampleShape != shape {
            throw ImportMismatch.unequalSampleShapes(path: source.images, expected: first.sampleShape, found: shape)
        }
        splits.append(
            DatasetWriter.Split(
                name: name, bytes: images.values, sampleShape: shape, scale: 1.0 / 255,
                classIDs: labels.values.map(Int32.init),
                classNames: splits.first?.classNames ?? (0...(labels.values.max() ?? 0)).map { "\($0)" }))
    }
    try DatasetWriter.write(splits, to: path)
}
