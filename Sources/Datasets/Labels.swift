import HDF5
import Kernels

/// The labels of a split as the file has them, before a loss says how to read them.
public struct Labels: Sendable {
    public enum Values: Sendable {
        /// One integer a sample: class ids.
        case integers([Int64])
        /// [rows, width] row-major: measurements, binary targets, or one-hot rows.
        case numbers([Float], width: Int)
    }

    public let values: Values
    /// As `ClassNames` finds them.
    public let classNames: [String]?
    public let file: String
    public let dataset: String

    public var rows: Int {
        switch values {
        case .integers(let ids): ids.count
        case .numbers(let numbers, let width): numbers.count / width
        }
    }

    /// Reads a dataset [N], [N, 1] or [N, k] of any number type.
    /// - Throws: `DatasetError` for no rows, no numbers, a shape of more dimensions, or NaN and infinity by row.
    init(reading dataset: Dataset, file: String) throws {
        let shape = dataset.shape
        self.file = file
        self.dataset = dataset.path
        guard dataset.elementType.isNumber else {
            throw DatasetError.notNumbers(file: file, dataset: dataset.path, type: dataset.elementType.description)
        }
        guard shape.count == 1 || shape.count == 2, shape.last != 0 || shape.count == 1 else {
            throw DatasetError.unusableShape(file: file, dataset: dataset.path, shape: shape)
        }
        guard shape[0] > 0 else { throw DatasetError.noRows(file: file, dataset: dataset.path) }
        classNames = try ClassNames.read(for: dataset)

        let width = shape.count == 2 ? shape[1] : 1
        if case .integer = dataset.elementType, width == 1 {
            values = .integers(try dataset.read(as: Int64.self))
        } else {
            let numbers = try dataset.read(as: Float.self)
            if let row = numbers.firstIndex(where: { !$0.isFinite }) {
                throw DatasetError.notFinite(
                    file: file, dataset: dataset.path, row: row / width, value: "\(numbers[row])")
            }
            values = .numbers(numbers, width: width)
        }
    }
}
