import Foundation
import HDF5
import Testing

/// A network that has learned from one file, and a file that it is used with: what the numbers of both mean, and what NumPy
/// and scikit-learn make of them. Fixtures/record_schema_pairs.py has recorded all of it.
struct SchemaPair: Sendable, CustomTestStringConvertible {
    let network: RecordedNetwork
    let name: String
    /// The bytes of the file. Its samples are held/X and held/y; beside them may be X and y, those of the training.
    let file: [UInt8]
    /// nil if the features are refused.
    let results: RecordedResults?
    /// The name of the note; nil for none.
    let told: String?
    /// The name of the error; nil for none.
    let refusal: String?
    /// That of a training that goes on with the file.
    let resumeRefusal: String?

    var testDescription: String { "\(network.name), \(name)" }

    /// All pairs, of each network first that with a file like its own.
    static func all() throws -> [SchemaPair] {
        let url = try #require(Bundle.module.url(forResource: "schema_pairs", withExtension: "h5"))
        let fixture = try File.open(url.path)
        return try fixture.root.members().flatMap { try pairs(of: $0.name, in: fixture.root.group($0.name)) }
    }

    private static func pairs(of name: String, in group: Group) throws -> [SchemaPair] {
        func column(_ name: String) throws -> [String] { try group.dataset("used/\(name)").readStrings() }
        let files = try group.dataset("used/file")
        let (bytes, size) = (try files.read(as: UInt8.self), files.shape[1])
        let (names, means, told) = (try column("name"), try column("means"), try column("told"))
        let (refusals, resumeRefusals) = (try column("refusal"), try column("resume"))
        let network = try RecordedNetwork(name: name, group, file: Array(bytes[..<size]))
        return try names.indices.map { index in
            func text(_ column: [String]) -> String? { column[index].isEmpty ? nil : column[index] }
            return SchemaPair(
                network: network, name: names[index], file: Array(bytes[index * size..<(index + 1) * size]),
                results: try text(means).map { try RecordedResults(group.group("means/\($0)")) }, told: text(told),
                refusal: text(refusals), resumeRefusal: text(resumeRefusals))
        }
    }
}

/// A network with two layers.
struct RecordedNetwork: Sendable, CustomTestStringConvertible {
    let name: String
    /// The bytes of a file with X and y, the training samples.
    let file: [UInt8]
    let standardize: String
    /// By layer and name: dense1/weight.
    let parameters: [String: [Float]]
    /// Those of the training samples.
    let results: RecordedResults

    var testDescription: String { name }
    var hiddenWidth: Int { parameters["dense1/bias"]?.count ?? 0 }

    fileprivate init(name: String, _ group: Group, file: [UInt8]) throws {
        (self.name, self.file) = (name, file)
        standardize = try group.readStrings("standardize")[0]
        let names = ["dense1", "output"].flatMap { ["\($0)/weight", "\($0)/bias"] }
        let tensors = try names.map { try group.dataset($0).read(as: Float.self) }
        parameters = Dictionary(uniqueKeysWithValues: zip(names, tensors))
        results = try RecordedResults(group.group("means/trained"))
    }
}

/// What evaluate and predict must find.
struct RecordedResults: Sendable {
    let inputs: [Double]
    /// Probabilities, or measurements in their own units.
    let outputs: [Double]
    let scores: Scores
    /// The largest magnitude that makes up an input, and the largest sum of magnitudes that makes up a value of the last
    /// layer.
    let magnitudes: [Double]

    enum Scores: Sendable {
        case classes(predictions: [String], loss: Double, accuracy: Double)
        /// Each of the outputs, in units of the data, and what is one unit of its standardised target.
        case measurements(squared: [Double], absolute: [Double], rSquared: [Double], deviations: [Double])
    }

    fileprivate init(_ group: Group) throws {
        func numbers(_ name: String) throws -> [Double] { try group.dataset(name).read(as: Double.self) }
        (inputs, outputs, magnitudes) = (try numbers("inputs"), try numbers("outputs"), try numbers("magnitudes"))
        scores =
            try group.contains("predictions")
            ? .classes(
                predictions: group.dataset("predictions").readStrings(),
                loss: group.readScalar("loss", as: Double.self),
                accuracy: group.readScalar("accuracy", as: Double.self))
            : .measurements(
                squared: numbers("mse"), absolute: numbers("mae"), rSquared: numbers("r2"),
                deviations: numbers("deviations"))
    }
}
