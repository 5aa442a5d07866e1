import HDF5
import Splits

extension SplitName {
    /// Common names of features and labels, in the order in which they are tried; Lockstep's own names come first.
    var usualNames: [(features: String, labels: String)] {
        switch self {
        case .train:
            [
                ("train/features", "train/labels"), ("train/values", "train/labels"), ("x_train", "y_train"),
                ("X_train", "y_train"),
                ("X_train", "Y_train"),
                ("train_x", "train_y"), ("train_images", "train_labels"), ("train_set_x", "train_set_y"),
                ("train/images", "train/labels"), ("train/x", "train/y"), ("train/X", "train/y"),
                ("train/data", "train/label"), ("train/data", "train/labels"),
                ("features", "labels"), ("X", "y"), ("x", "y"), ("data", "label"), ("data", "labels"),
                ("data", "target"), ("images", "labels"), ("inputs", "targets"),
            ]
        case .validation:
            [
                ("validation/features", "validation/labels"), ("validation/values", "validation/labels"),
                ("x_validation", "y_validation"), ("x_val", "y_val"),
                ("X_val", "y_val"), ("X_val", "Y_val"), ("x_valid", "y_valid"), ("X_valid", "y_valid"),
                ("val_x", "val_y"),
                ("val_images", "val_labels"), ("val/images", "val/labels"), ("val/x", "val/y"),
            ]
        case .test:
            [
                ("test/features", "test/labels"), ("test/values", "test/labels"), ("x_test", "y_test"),
                ("X_test", "y_test"), ("X_test", "Y_test"),
                ("test_x", "test_y"),
                ("test_images", "test_labels"), ("test_set_x", "test_set_y"), ("test/images", "test/labels"),
                ("test/x", "test/y"), ("test/X", "test/y"), ("test/data", "test/label"),
                ("test/data", "test/labels"),
            ]
        }
    }
}

/// The paths of a split's datasets inside a file.
package struct SplitPaths: Codable, Sendable, Equatable {
    package let features: String
    /// nil if the split has no labels.
    package let labels: String?
    /// The path of the sample weights; nil if the split has none.
    package let weights: String?

    package init(features: String, labels: String?, weights: String? = nil) {
        self.features = Self.rooted(features)
        self.labels = labels.map(Self.rooted)
        self.weights = weights.map(Self.rooted)
    }

    /// The absolute form of a path.
    private static func rooted(_ path: String) -> String {
        path.hasPrefix("/") ? path : "/" + path
    }

    /// Finds a split by the usual names. A split with labels is preferred to one without.
    /// - Throws: `HDF5Error`.
    static func find(_ split: SplitName, in root: Group) throws -> SplitPaths? {
        var featuresAlone: SplitPaths?
        for names in split.usualNames where try root.containsDataset(names.features) {
            // Without offsets, values are no samples.
            if names.features == "\(split.rawValue)/values", try !root.containsDataset("\(split.rawValue)/offsets") {
                continue
            }
            if try root.containsDataset(names.labels) {
                return SplitPaths(
                    features: names.features, labels: names.labels,
                    weights: try weights(of: split, beside: names.features, in: root))
            }
            featuresAlone = featuresAlone ?? SplitPaths(features: names.features, labels: nil)
        }
        return featuresAlone
    }

    /// The path of sample weights under a usual name in the group of the features. In the root they are the training split's.
    private static func weights(of split: SplitName, beside features: String, in root: Group) throws -> String? {
        let group = features.split(separator: "/").dropLast().map { "\($0)/" }.joined()
        guard !group.isEmpty || split == .train else { return nil }
        return try ["weights", "sample_weight", "sample_weights"].map { group + $0 }.first(where: root.containsDataset)
    }
}
