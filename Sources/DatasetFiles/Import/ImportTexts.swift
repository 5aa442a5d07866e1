import Datasets
import HDF5
import Splits
import Tables

/// Where texts and their labels stand, and what their tokens are.
package struct TextSource: Sendable {
    let tokens: TokenKind
    /// The column of texts in a table, by its name or position; nil for lines as fastText has them.
    let column: String?
    /// The column of labels; nil for none.
    let label: String?

    package init(tokens: TokenKind, column: String? = nil, label: String? = nil) {
        (self.tokens, self.column, self.label) = (tokens, column, label)
    }

    /// - Throws: `CSVError`, `SequenceFileError`.
    fileprivate func read(_ path: String, _ advance: @escaping (Double?) -> Void) throws -> TokenizedTexts {
        try column.map { try TokenizedTexts(table: path, column: $0, label: label, by: tokens, advance: advance) }
            ?? TokenizedTexts(lines: path, by: tokens, advance: advance)
    }

    /// The labels; nil if there are none.
    fileprivate func labels(of texts: TokenizedTexts) throws -> Labels? {
        try texts.labels.map { try Labels($0, name: label ?? "label", file: texts.path) { texts.line(ofText: $0) } }
    }
}

/// Converts texts to a dataset file of the ids of their tokens, with the vocabulary of the training texts.
/// - Parameters:
///   - test: nil for none.
///   - vocabularySize: the number of tokens that have ids of their own; nil for all of the training texts.
///   - note: receives what the user should be told.
///   - advance: called regularly with the share of a file that has been read, nil if that is unknown.
/// - Throws: `CSVError`, `SequenceFileError`; `SchemaMismatch` for classes that the training texts have not; `DatasetError`;
///   `FileError` and `HDF5Error` when the file cannot be written.
package func importTexts(
    train: String, test: String?, _ source: TextSource, vocabularySize: Int?, to path: String,
    note: (SchemaNote) -> Void, advance: @escaping (Double?) -> Void = { _ in }
) throws {
    let texts = try [train, test].compactMap(\.self).map { try source.read($0, advance) }
    if source.column == nil, texts[0].labels == nil { note(.textsWithoutLabels(file: texts[0].path)) }
    let vocabulary = Vocabulary(of: texts[0], size: vocabularySize)
    let labels = try texts.map(source.labels)
    let names = [SplitName.train, .test]
    let ids = texts.map(vocabulary.ids)
    for (name, (texts, ids)) in zip(names, zip(texts, ids)) {
        if let first = texts.emptyLines.first {
            note(.emptyLines(file: texts.path, count: texts.emptyLines.count, first: first))
        }
        texts.lengths.noteOfEmpty(in: texts.path).map(note)
        let unknown = ids.count { $0 == 0 }
        guard unknown > 0 else { continue }
        note(.tokensLeftOut(file: texts.path, split: name.rawValue, count: unknown, of: ids.count))
    }
    // Labels on lines are names; those of a column may be numbers.
    let writer = SequenceWriter(
        channels: nil,
        labels: try LabelWriter(train: labels[0], task: source.column == nil ? .classification : nil),
        vocabulary: vocabulary.tokens)
    func write<ID: HDF5Scalar & FixedWidthInteger>(as type: ID.Type) throws {
        let splits = names.indices.prefix(texts.count).map { index in
            SequenceWriter.Split(
                name: names[index], values: ids[index].map { ID($0) }, lengths: texts[index].lengths,
                labels: labels[index])
        }
        try writer.write(splits, to: path)
    }
    switch vocabulary.tokens.count {
    case ...(1 << 8): try write(as: UInt8.self)
    case ...(1 << 16): try write(as: UInt16.self)
    default: try write(as: UInt32.self)
    }
}
