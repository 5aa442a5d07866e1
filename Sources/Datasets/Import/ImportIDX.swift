/// What does not fit between two imported files.
package enum ImportMismatch: Error, Sendable, Equatable {
    case rowCountsDiffer(features: String, featureRows: Int, labels: String, labelRows: Int)
    /// Labels of an IDX file are one number a row.
    case notLabels(path: String, shape: [Int])
    case notImages(path: String, shape: [Int])
    case unequalSampleShapes(path: String, expected: [Int], found: [Int])
    /// The first row was taken for a header in one of the files, `hasHeader` says whether in this one.
    case unequalHeaders(path: String, hasHeader: Bool)
    case unequalColumns(path: String, expected: [String], found: [String])
    /// The test file has a label that the training file has not.
    case unknownClass(path: String, row: Int, label: String)
    /// Labels are numbers in one file, text in the other.
    case unequalLabelKinds(path: String)
}

/// Images and labels of the MNIST family, in IDX files, plain or gzip.
package struct IDXSource: Sendable {
    package let images: String
    package let labels: String

    package init(images: String, labels: String) {
        self.images = images
        self.labels = labels
    }

    /// Reads and checks both files.
    /// - Throws: `IDXError`, `ImportMismatch`.
    func read() throws -> (images: IDXArray, labels: IDXArray) {
        let (imageArray, labelArray) = (try IDXArray(contentsOf: images), try IDXArray(contentsOf: labels))
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

/// Makes a dataset file of IDX files. Images stay bytes, with a scale that takes them to 0 … 1; classes
/// are named by their numbers.
package func importIDX(train: IDXSource, test: IDXSource?, to path: String) throws {
    var splits: [(SplitName, DatasetWriter.Features, DatasetWriter.Labels)] = []
    var sampleShape: [Int]?
    var classNames: [String]?
    for (name, source) in [(SplitName.train, train), (.test, test)] {
        guard let source else { continue }
        let (images, labels) = try source.read()
        let shape = Array(images.shape.dropFirst())
        if let sampleShape, sampleShape != shape {
            throw ImportMismatch.unequalSampleShapes(path: source.images, expected: sampleShape, found: shape)
        }
        sampleShape = shape
        classNames = classNames ?? (0...(labels.values.max() ?? 0)).map { "\($0)" }
        splits.append(
            (
                name, .bytes(images.values, sampleShape: shape, scale: 1.0 / 255),
                .classIDs(labels.values.map(Int32.init), names: classNames)
            ))
    }
    try DatasetWriter.write(splits, to: path)
}
