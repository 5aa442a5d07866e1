import Datasets
import HDF5
import Kernels

/// A dataset's attributes for scale, offset and fill values, under Lockstep's names or those of the CF conventions:
/// value = raw · scale + offset.
struct ValueAttributes {
    typealias Factor = FeatureDescription.Factor

    let scale: Factor?
    let offset: Factor?
    let fills: [FillValue]

    /// - Throws: `DatasetError.unequalAttributes` if both names of an attribute are present with different values;
    ///   `HDF5Error` if one is not a number.
    init(of dataset: Dataset, file: String) throws {
        func factor(_ names: [String]) throws -> Factor? {
            let found = try names.filter(dataset.hasAttribute).map {
                Factor(name: $0, value: try dataset.readScalar($0, as: Double.self))
            }
            if let first = found.first, let other = found.last, first.value != other.value, found.count > 1 {
                throw DatasetError.unequalAttributes(
                    file: file, dataset: dataset.path, attributes: found.map(\.name),
                    values: found.map { describe($0.value) })
            }
            return found.first
        }
        scale = try factor(["scale", "scale_factor"])
        offset = try factor(["offset", "add_offset"])
        fills = try ["_FillValue", "missing_value"].filter(dataset.hasAttribute).flatMap {
            try FillValue.read($0, of: dataset)
        }
    }
}

/// A raw value that marks a missing value.
struct FillValue {
    private enum Number {
        case signed(Int64)
        case unsigned(UInt64)
        case real(Double)

        var text: String {
            switch self {
            case .signed(let number): "\(number)"
            case .unsigned(let number): "\(number)"
            case .real(let number): describe(number)
            }
        }

        /// The number as a dataset of 32-bit floats has it, also if it is read as Doubles.
        func rounded(to type: ElementType) -> Number {
            guard case .real(let number) = self, type == .float(bits: 32) else { return self }
            return .real(Double(Float(number)))
        }
    }

    let attribute: String
    private let number: Number
    /// The number as in the attribute.
    let text: String

    /// Reads the fill values of an attribute.
    /// - Throws: `HDF5Error`.
    static func read(_ attribute: String, of dataset: Dataset) throws -> [FillValue] {
        let numbers: [Number] =
            switch try dataset.attributeType(attribute) {
            case .integer(_, signed: false): try dataset.read(attribute, as: UInt64.self).map { .unsigned($0) }
            case .integer: try dataset.read(attribute, as: Int64.self).map { .signed($0) }
            default: try dataset.read(attribute, as: Double.self).map { .real($0) }
            }
        return numbers.map {
            FillValue(
                attribute: attribute, number: $0.rounded(to: dataset.listElementType ?? dataset.elementType),
                text: $0.text)
        }
    }

    /// The fill value in the dataset's type; nil if it cannot occur there.
    fileprivate func converted<Raw: RawNumber>(to: Raw.Type) -> Raw? {
        switch number {
        case .signed(let number): Raw(exactly: number)
        case .unsigned(let number): Raw(exactly: number)
        case .real(let number): Raw(fill: number)
        }
    }
}

extension [FillValue] {
    /// Checks that no fill value occurs.
    /// - Parameters:
    ///   - numbers: whole rows.
    ///   - firstRow: the index of the first of these rows.
    /// - Throws: `DatasetError.missingValue` for the first fill value.
    func requireAbsent<Raw: RawNumber>(
        in numbers: BufferView<Raw>, from firstRow: Int, file: String, _ rows: StoredRows
    ) throws {
        for fill in self {
            guard let value = fill.converted(to: Raw.self) else { continue }
            // NaN is not equal to itself.
            let index = search(numbers) { $0 == value || $0 != $0 && value != value }
            guard let index else { continue }
            throw DatasetError.missingValue(
                file: file, dataset: rows.dataset.path, row: rows.number(ofRow: firstRow + index / rows.width),
                attribute: fill.attribute, value: fill.text)
        }
    }
}

extension [FillValue] {
    /// Replaces fill values by NaN, which marks a missing value.
    func replace(in numbers: BufferView<Double>) {
        for fill in compactMap({ $0.converted(to: Double.self) }) {
            for index in 0..<numbers.count where numbers[index] == fill { numbers[index] = .nan }
        }
    }
}

/// A type into which raw values are read.
protocol RawNumber: HDF5Scalar, Numeric, Comparable {
    /// Converts a fill value that is stored as a float; nil if this type cannot represent it.
    init?(fill: Double)
}

extension RawNumber where Self: BinaryInteger {
    init?(fill: Double) { self.init(exactly: fill) }
}

extension RawNumber where Self: BinaryFloatingPoint {
    init?(fill: Double) { self.init(fill) }
}

extension UInt8: RawNumber {}
extension Int64: RawNumber {}
extension UInt64: RawNumber {}
extension Float: RawNumber {}
extension Double: RawNumber {}
