import Datasets
import HDF5
import Kernels
import Splits
import TestSupport

extension WorkFiles {
    /// Writes an HDF5 file and returns its path.
    func writeHDF5(_ name: String = "data.h5", _ fill: (Group) throws -> Void) throws -> String {
        let file = try File.create(path(name))
        try fill(file.root)
        try file.close()
        return path(name)
    }
}

extension Group {
    /// Creates a dataset with these values; one-dimensional if no shape is given.
    @discardableResult
    func add<T: HDF5Scalar>(_ path: String, _ values: [T], shape: [Int]? = nil) throws -> Dataset {
        let dataset = try createDataset(path, of: T.self, shape: shape ?? [values.count])
        try dataset.write(values)
        return dataset
    }
}

extension FeatureMatrix {
    /// The scaled features of some rows.
    func values(_ rows: [Int]) -> [Float] {
        let buffer = FloatBuffer(count: rows.count * width)
        gather(rows[...], into: buffer.view)
        return buffer.array
    }
}

extension FeatureSource {
    /// All rows with the scale and offset that the file has; a given scale replaces the file's.
    func scaledMatrix(scale: Double? = nil) throws -> FeatureMatrix {
        let schema = try FeatureSchema(of: self, rows: nil, .init(scale: scale))
        return try plainMatrix(scale: schema.scale, offset: schema.offset)
    }
}

extension FeatureSchema {
    /// Floats that are taken as they are.
    static func plain(_ sampleShape: [Int]) -> FeatureSchema {
        FeatureSchema(
            sampleShape: sampleShape, axes: nil, names: nil, categories: [], elementType: "float32", scale: 1,
            offset: 0,
            standardization: .none, missing: MissingValues(policy: .refuse, fills: []), allowsUnseen: false,
            ranges: FeatureRanges(count: 1))
    }
}

extension LabelSchema {
    /// Classes that are called 0, 1, 2, …
    static func classes(count: Int) -> LabelSchema {
        LabelSchema(kind: .classes, classNames: (0..<count).map(String.init), width: 1)
    }
}

extension Labels {
    /// The labels as targets, by the schema that a training split with these labels has.
    func encoded(as encoding: LabelEncoding, task: LabelSchema.Task? = nil) throws -> Targets {
        try LabelSchema(of: self, task: task).encode(self, as: encoding)
    }
}

extension Targets {
    // A view does not keep its buffer alive.
    func classIDs(_ rows: Range<Int>) -> [Int32]? { withExtendedLifetime(self) { view(of: rows).classIDs } }
    func numbers(_ rows: Range<Int>) -> [Float]? { withExtendedLifetime(self) { view(of: rows).numbers } }
}

extension TargetView {
    var classIDs: [Int32]? {
        if case .classes(let ids) = self { ids.array } else { nil }
    }

    var numbers: [Float]? {
        if case .values(let values) = self { values.array } else { nil }
    }
}
