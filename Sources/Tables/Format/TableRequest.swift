/// What is wanted of a table. Columns are given by name, or by position counted from 1 if no column has that name.
package struct TableRequest: Sendable, Equatable {
    package var format = TableFormat()
    /// The column of labels, which must exist.
    package var label: String?
    /// The columns of sample weights, of samples' identities and of groups, which must exist unless their role is optional.
    package var weights: String?
    package var id: String?
    package var group: String?
    /// Roles whose columns may be absent.
    package var optionalRoles: Set<ColumnRole> = []
    /// Columns that are left out. They must exist.
    package var ignored: [String] = []
    /// Columns that are left out where they exist.
    package var ignoredIfPresent: [String] = []
    /// Columns of features that are taken as text even where their cells look like numbers. They must exist.
    package var textColumns: [String] = []
    /// Columns of features whose cells must be numbers. They may be absent.
    package var numberColumns: [String] = []
    /// Whether cells of features may be missing; if not, the first such cell is an error.
    package var allowsMissing = false

    package init(label: String? = nil) {
        self.label = label
    }

    /// Takes the named features as what they are known to be: text, or numbers.
    package mutating func expectFeatures(_ names: [String], isText: (_ feature: Int) -> Bool) {
        textColumns = names.indices.filter(isText).map { names[$0] }
        numberColumns = names.indices.filter { !isText($0) }.map { names[$0] }
    }
}

/// What a column of a table is used for.
package enum ColumnRole: Sendable, Equatable, CaseIterable {
    case label, weights, id, group, ignored, text
}
