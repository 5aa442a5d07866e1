/// The names of a training table's columns that are no features. Other tables are read alike.
package struct ColumnRoles: Codable, Sendable, Equatable {
    package let label: String?
    package let weights: String?
    package let group: String?
    package let ignored: [String]

    package init(label: String?, weights: String? = nil, group: String? = nil, ignored: [String] = []) {
        (self.label, self.weights, self.group, self.ignored) = (label, weights, group, ignored)
    }

    package var names: [String] { [label, weights, group].compactMap(\.self) + ignored }
}
