/// The splits of a dataset.
package enum SplitName: String, Codable, Sendable, CaseIterable {
    case train, validation, test
}
