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
    /// The features that are known already; nil to find them out.
    package var expected: ExpectedFeatures?
    /// Names of columns of another table, which are never taken for positions.
    package var knownNames: Set<String> = []
    /// Whether cells of features may be missing; if not, the first such cell is an error.
    package var allowsMissing = false
    /// Whether labels are texts even where they look like numbers.
    package var labelsAreText = false
    /// Whether rows without a label are left out; if not, the first of them is an error.
    package var dropsRowsWithoutLabel = false

    package init(label: String? = nil) {
        self.label = label
    }
}

/// The features that a table is expected to have, in their order. Those of a table with a header are found by their names.
package struct ExpectedFeatures: Sendable, Equatable {
    /// nil if they have no names.
    package let names: [String]?
    /// Whether each is text; if not, its cells must be numbers.
    package let areText: [Bool]
    /// The positions of the other columns of the table that they come from, if it has no header.
    package var otherPositions: Set<String> = []

    package init(names: [String]?, areText: [Bool]) { (self.names, self.areText) = (names, areText) }

    package init(names: [String]?, width: Int, isText: (_ feature: Int) -> Bool) {
        self.init(names: names, areText: (0..<width).map(isText))
    }
}

/// What a column of a table is used for.
package enum ColumnRole: Sendable, Equatable, CaseIterable {
    case label, weights, id, group, ignored, text
    /// Texts whose tokens are the steps of samples.
    case content
}
