import Datasets
import HDF5
import Splits

/// Writes the labels of imported splits. Classes by name become class ids with the attribute `classes`; numbers stay as they are.
struct LabelWriter {
    /// What the texts of the training split mean; nil if labels are numbers, or if there are none.
    private let schema: LabelSchema?

    /// - Parameters:
    ///   - train: the labels of the training split.
    ///   - task: what is known of them; nil to apply the rules.
    ///   - classNames: all classes in their order, if they are known.
    /// - Throws: `DatasetError` for labels that cannot be used.
    init(train: Labels?, task: LabelSchema.Task? = nil, classNames: [String]? = nil) throws {
        guard let train, case .texts = train.values else {
            schema = nil
            return
        }
        schema =
            try classNames.map { LabelSchema(kind: .classes, classNames: $0, width: 1) }
            ?? LabelSchema(of: train, task: task)
    }

    /// - Throws: `SchemaMismatch` for classes that the training split has not, `DatasetError` for texts in the place of its measurements;
    ///   `HDF5Error`.
    func write(_ labels: Labels, to group: Group) throws {
        if let schema {
            let ids = try schema.classes(of: labels) { _ in }
            let dataset = try group.createDataset(
                "labels", of: Int32.self, shape: [ids.count], options: .imported(Int32.self, [ids.count]))
            try dataset.write(ids)
            return try ClassNames.write(schema.classNames, for: dataset)
        }
        switch labels.values {
        case .texts: throw labels.textIsNoMeasurement
        case .integers(let integers):
            try group.createDataset(
                "labels", of: Int64.self, shape: [integers.count], options: .imported(Int64.self, [integers.count])
            ).write(integers)
        case .numbers(let numbers, _):
            try group.createDataset(
                "labels", of: Double.self, shape: [numbers.count], options: .imported(Double.self, [numbers.count])
            ).write(numbers)
        }
    }
}
